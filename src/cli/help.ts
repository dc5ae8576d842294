const common = `  --env-file PATH      Take secrets from this file too (repeatable). Default: .env, .env.local
  --config PATH        Use this safebuild.yaml (also SAFEBUILD_CONFIG)
  --json               Print one machine-readable object on standard output
  --trace FILE         Write a log for support, without any value, to FILE (also SAFEBUILD_TRACE)
`;

const sourceFlags = `  --secret-from ID=REF Fetch the secret ID by a reference: vault://…, op://…, env:NAME, file:PATH (repeatable)
  --trust-sources      Allow what safebuild.yaml refers to (also SAFEBUILD_TRUST_SOURCES=1)
`;

const exitCodes = `Exit codes:
  0  built, proved clean, published          4  the Dockerfile needs a person
  1  docker's build failed                   5  LEAK: nothing was loaded, tagged or pushed
  2  usage or configuration                  6  could not be searched whole
  3  a secret could not be had        125, 130  docker's: unknown flag; interrupted
`;

export const mainHelp = `safebuild: docker build that keeps your secrets out of the image, and proves it

Usage:
  safebuild [build] [docker build flags] PATH     build, search the result, then load, tag and push it
  safebuild check [PATH…]                         find leaks in Dockerfiles and compose files without building
  safebuild explain [RULE]                        what a rule of check finds, why, and what to do
  safebuild migrate [PATH]                        write the fixes into your Dockerfile, one question at a time
  safebuild verify IMAGE|TAR|FOLDER               search an existing image
  safebuild secrets [PATH]                        what the build takes for secrets, from where, and who uses it
  safebuild help [COMMAND]
  safebuild version

${exitCodes}`;

export const buildHelp = `Usage: safebuild [build] [OPTIONS] PATH | URL | -

Builds like docker build. Secrets are taken out of the Dockerfile and mounted into the steps that use
them; the result is searched for every secret value, and only then loaded, tagged and pushed.

All flags of docker build and docker buildx build work as they do there. Besides:
${common}${sourceFlags}  --multi-stage[=MODE] More stages: always (build and runtime), when-needed (the default) or never

${exitCodes}`;

export const verifyHelp = `Usage: safebuild verify [OPTIONS] IMAGE | TAR | FOLDER | -

Searches what exists already: an image of the engine, or else of its registry (docker://NAME goes there
straight), a docker save or OCI tar, an OCI layout, a folder of files, or a tar on standard input.

${common}${sourceFlags}  --platform OS/ARCH   Only this platform has to be there; what is there of others is searched too
  -q, --quiet          Say nothing of what is clean

Exit codes:
  0  all of it was searched, and is clean    5  LEAK
  1  no engine, or an unforeseen error       6  could not be searched whole, or not be had
  2  usage or configuration, no such image 130  interrupted
  3  a secret could not be had
`;

export const checkHelp = `Usage: safebuild check [OPTIONS] [PATH…]

Finds what would leak, without building: no docker is needed, and no value of a secret. PATH is a folder
with a Dockerfile, a compose file or both (default: the working directory), a Dockerfile, a compose file,
a Kubernetes manifest, or - for a Dockerfile on standard input.

  -f, --file PATH      Check this Dockerfile of the context PATH (repeatable)
  --diff               Also print what would mend it, as unified diffs with every value masked
  --diff-base COMMIT   Report only what the commit does not have yet: for reviews. Needs git
  --format FORMAT      text, json, sarif, or github for annotations in GitHub Actions
  --build-arg NAME     This argument is given to the build (repeatable)
  --secret id=NAME     This secret is given to the build (repeatable)
  --target STAGE       This stage is built
${common}
All other flags of docker build are accepted and do nothing, so that any command line of a build can be
checked. Findings go to standard output.

Exit codes:
  0  nothing found, or only warnings and notes          2  usage or configuration
  1  found something, or the Dockerfile cannot be read  3  a named file of secrets cannot be read
`;

export const explainHelp = `Usage: safebuild explain [RULE]

Prints the page of a rule: what it finds, before and after, why it matters, when it asks, how to accept it.
Without RULE: all rules, a line each.
`;

export const migrateHelp = `Usage: safebuild migrate [OPTIONS] [PATH]

Writes into your files what a build with safebuild does in memory: into the Dockerfile, the ignore file
and safebuild.yaml. On a terminal it asks about one finding at a time, shows the whole diff, and writes
when you say so. Without a terminal it prints the plan and writes nothing.

  --yes                Write everything that needs no answer, without asking
  --dry-run            Print the plan and its diff; write nothing
  --diff               Print the diff alone, with every value masked
  --patch FILE         Write the diff to a file for patch -p1; refused where it would quote a value
  --prove              After writing, build the old and the new version, search both, and keep neither
  --undo               Put the files back as they were before the last migration
  --multi-stage        Also split the Dockerfile into a build and a runtime stage, by a template
  --ssh-agent          Ask the ssh agent in place of an ssh key, where that can be (builds need --ssh default)

  -f, --file PATH      The Dockerfile
  --build-arg NAME     This argument is given to the build (repeatable)
  --secret id=NAME     This secret is given to the build (repeatable)
  --target STAGE       This stage is built
  --env-file PATH      Take secrets from this file too (repeatable). Default: .env, .env.local
  --config PATH        Use this safebuild.yaml (also SAFEBUILD_CONFIG)

Exit codes:
  0  written, or nothing to do                3  a named file of secrets cannot be read
  2  usage or configuration                   4  something waits for a person, or nothing was written
  1  the Dockerfile cannot be read          130  interrupted: nothing was written
`;

export const secretsHelp = `Usage: safebuild secrets [OPTIONS] [PATH]

Lists every name that a build of PATH knows: from where it comes, whether it is a secret and why, which lines
of the Dockerfile use it. Never a value.

  --test               Ask every source, and say of each whether it answers; version and age where it tells them
  -f, --file PATH      The Dockerfile
  --build-arg NAME     This argument is given to the build (repeatable)
  --secret id=NAME     This secret is given to the build (repeatable)
  --target STAGE       This stage is built
${common}${sourceFlags}
Exit codes:
  0  listed; with --test, every source answers    2  usage or configuration
  3  a secret could not be had                  130  interrupted
`;

const helps: Readonly<Record<string, string>> = {
  build: buildHelp,
  check: checkHelp,
  explain: explainHelp,
  migrate: migrateHelp,
  secrets: secretsHelp,
  verify: verifyHelp,
  help: mainHelp,
  version: mainHelp,
};

/** Every word that may stand first. */
export const commandNames: readonly string[] = Object.keys(helps);

/** The help of a command, that of safebuild itself without one; undefined for a word that is none. */
export function helpOf(command: string | undefined): string | undefined {
  if (command === undefined || command.startsWith('-')) return mainHelp;
  return Object.hasOwn(helps, command) ? helps[command] : undefined;
}
