/** The page of the rule `npmrc-echo`: `safebuild explain npmrc-echo`. */
export const npmrcEchoPage = `# npmrc-echo

A RUN writes a token into .npmrc or .yarnrc.yml, by echo, printf, a heredoc, or npm config set.

Before:

    ARG NPM_TOKEN
    RUN echo "//npm.example.com/:_authToken=$NPM_TOKEN" > .npmrc
    RUN npm ci

After:

    RUN echo "//npm.example.com/:_authToken=\\\${NPM_TOKEN}" > .npmrc
    RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm ci

npm, pnpm and yarn expand variables in these files when they read them. So the file may hold the name, stay where it is, and
leak nothing; each RUN that installs gets the value.

It never asks. Where the value goes through another program first (base64 for _auth), persisted-secret has the matter.
`;
