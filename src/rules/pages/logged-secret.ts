/** The page of the rule `logged-secret`: `safebuild explain logged-secret`. */
export const loggedSecretPage = `# logged-secret

A step prints a secret: by echo or printf, by env, or because its shell runs with -x.

Before:

    RUN --mount=type=secret,id=TOKEN,env=TOKEN set -ex; curl -H "Authorization: Bearer $TOKEN" https://api.example.com -o data

After:

    RUN --mount=type=secret,id=TOKEN,env=TOKEN set -e; curl -H "Authorization: Bearer $TOKEN" https://api.example.com -o data

BuildKit shows what a step prints, and does not mask it. Logs of CI systems are kept for long and read by many. safebuild
masks the values in everything that it shows, so a build goes on; the same Dockerfile built with docker build prints them.

This is advice of safebuild check: it has no fix, never asks and never stops a build.
`;
