/** The page of the rule `mutable-base`: `safebuild explain mutable-base`. */
export const mutableBasePage = `# mutable-base

FROM names its image without a tag, or by one that moves by its very name (latest, edge, nightly, main …).

Before:

    FROM node

After:

    FROM node:22-slim@sha256:…

The image that you get is the one that was pushed last. Whoever can push there decides what runs in your build, beside the
secrets that are mounted, and yesterday's build cannot be made again. Tags of a version (node:22-slim) are left alone
here, although they move too: only a digest does not.

This is advice of safebuild check: it has no fix, never asks and never stops a build.
`;
