/** The page of the rule `context-secret`: `safebuild explain context-secret`. */
export const contextSecretPage = `# context-secret

COPY of a folder (COPY . .) takes files with credentials along.

Before:

    COPY . .
    RUN npm ci

After, with .npmrc and .env lying in the folder, .dockerignore gets two lines:

    .npmrc
    .env

and the RUN that reads one of them gets it as a mount:

    COPY . .
    RUN --mount=type=secret,id=npmrc,target=/app/.npmrc,required=true npm ci

Which files there are is read from the context itself, after the ignore file; a .env that holds plain settings only, or a
.npmrc with placeholders only, is none. In a stage that is no part of the image, and out of which nothing takes the folder,
the finding is only a note.

It asks (exit code 4) when a step copies the file on to another place, or when another stage takes it by its own name.
`;
