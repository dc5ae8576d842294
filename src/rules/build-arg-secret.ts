import type { Rule } from './context.ts';
import { buildArgSecretPage } from './pages/build-arg-secret.ts';
import { isPredefined } from './values.ts';

/** `--build-arg` hands a secret to the build. */
export const buildArgSecret: Rule = {
  id: 'build-arg-secret',
  title: 'A secret is handed over by --build-arg',
  why: 'Build arguments are written into the history of the image, into its provenance attestation and into the metadata file of the build, even when no ARG declares them. The value is also on the command line, where every process of the machine can read it.',
  explanation: buildArgSecretPage,
  check(context) {
    return [...context.buildArgs]
      .filter((name) => context.secrets.has(name) && !isPredefined(name))
      .map((name) => ({
        rule: buildArgSecret.id,
        level: 'error' as const,
        secret: name,
        message: `--build-arg ${name} hands a secret over as a build argument.`,
        remedy: `Put ${name} into the environment or .env and leave the flag away: safebuild mounts it on the RUNs that use it.`,
        location: { kind: 'flag' as const, flag: `--build-arg ${name}` },
        fix: { title: `Do not pass --build-arg ${name} on; mount the secret.`, changes: [], dropBuildArgs: [name] },
      }));
  },
};
