/** The page of the rule `onbuild-secret`: `safebuild explain onbuild-secret`. */
export const onbuildSecretPage = `# onbuild-secret

ONBUILD makes each build on top of this image declare a secret, or copy a file with credentials.

Before:

    ONBUILD ARG NPM_TOKEN
    ONBUILD RUN npm ci

After, by hand:

    ONBUILD RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm ci

The leak is not in this image but in every image that is built FROM it. safebuild changes nothing here, since all who build
on this image would have to hand over the secret in a new way: tell them, then change it.

It is a warning and never stops a build.
`;
