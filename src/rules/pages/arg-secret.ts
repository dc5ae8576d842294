/** The page of the rule `arg-secret`: `safebuild explain arg-secret`. */
export const argSecretPage = `# arg-secret

ARG declares a secret, and docker build --build-arg (or its default) gives it a value.

Before:

    ARG NPM_TOKEN
    RUN npm ci

After:

    RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm ci

The value of a build argument stands in the history of the image for every RUN behind the ARG, used or not, and in its
provenance. A secret mount exists while its one RUN runs. Only RUNs that use the variable get the mount: by their text,
or because a tool of theirs reads it (npm and NPM_TOKEN), or because code of the project that they run names it.

ADD of one http address becomes a RUN with curl or wget, which writes the same file with the same mode and owner, where the
tool is surely there: an earlier RUN installs or uses it, or the base image has it. Else the message has the RUN to write.

It asks (exit code 4) where FROM, COPY, ADD, LABEL or another instruction expands the variable, since only a RUN can have
a secret; and where the value is put together from a secret and other text: declare the whole value as a secret then.
A default that is a secret is removed too. Rotate it: it is in the history of the Dockerfile.

To accept it: say in safebuild.yaml that the name is no secret (secrets: NAME: { kind: setting }).
`;
