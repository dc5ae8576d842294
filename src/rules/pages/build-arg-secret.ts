/** The page of the rule `build-arg-secret`: `safebuild explain build-arg-secret`. */
export const buildArgSecretPage = `# build-arg-secret

The command line hands a secret over as --build-arg.

Before:

    safebuild --build-arg NPM_TOKEN=… .

After, with NPM_TOKEN in .env or in the environment:

    safebuild .

Build arguments are written into the history, the provenance and the metadata file of the build, also when no ARG declares
them; and every process of the machine can read a command line. safebuild does not pass the flag on, and mounts the
secret on the RUNs that use it.

It never asks. To accept it: say in safebuild.yaml that the name is no secret (secrets: NAME: { kind: setting }).
`;
