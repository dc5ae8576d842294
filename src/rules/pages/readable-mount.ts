/** The page of the rule `readable-mount`: `safebuild explain readable-mount`. */
export const readableMountPage = `# readable-mount

A secret mount of a step that runs as root has a mode that lets every user read it.

Before:

    RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,mode=0666 npm ci

After:

    RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci

The default is mode 0400 with root as owner, and root can read that. npm, apt and others start some programs as users of
their own; with 0666 each of these can read, and write, the secret. Where the step itself runs as another user, give the
mount the uid of that user.

This is advice of safebuild check: it has no fix, never asks and never stops a build.
`;
