const common = `  --env-file PATH      Take secrets from this file too (repeatable). Default: .env, .env.local
  --config PATH        Use this safebuild.yaml (also SAFEBUILD_CONFIG)
  --json               Print one machine-readable object on standard output
`;

const exitCodes = `Exit codes:
  0  built, proved clean, published          4  the Dockerfile needs a person
  1  docker's build failed                   5  LEAK: nothing was loaded, tagged or pushed
  2  usage or configuration                  6  could not be searched whole
  3  a secret could not be had             130  interrupted
`;

export const mainHelp = `safebuild: docker build that keeps your secrets out of the image, and proves it

Usage:
  safebuild [build] [docker build flags] PATH     build, search the result, then load, tag and push it
  safebuild verify IMAGE|TAR|FOLDER               search an existing image
  safebuild help [COMMAND]
  safebuild version

${exitCodes}`;

export const buildHelp = `Usage: safebuild [build] [OPTIONS] PATH | URL | -

Builds like docker build. Secrets are taken out of the Dockerfile and mounted into the steps that use
them; the result is searched for every secret value, and only then loaded, tagged and pushed.

All flags of docker build and docker buildx build work as they do there. Besides:
${common}  --multi-stage[=MODE] Split a single-stage Dockerfile into build and runtime stage: always, never

${exitCodes}`;

export const verifyHelp = `Usage: safebuild verify [OPTIONS] IMAGE | TAR | FOLDER | -

Searches what exists already: an image of the engine, or else of its registry (docker://NAME goes there
straight), a docker save or OCI tar, an OCI layout, a folder of files, or a tar on standard input.

${common}  --platform OS/ARCH   Other platforms of the image may be absent

${exitCodes}`;
