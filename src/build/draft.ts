import type { Report } from '../report/index.ts';
import type { Rewrite } from './rewrite.ts';
import type { Sources } from './sources.ts';
import { unmatchedFiles } from './unmatched-files.ts';

/** A report that knows everything that is known before the build. */
export function draftReport(
  sources: Sources | undefined,
  rewritten: Rewrite | undefined,
  unmasked: readonly string[] = [],
): Report {
  const secrets = sources?.secrets;
  return {
    command: 'build',
    verdict: 'passed-through',
    exitCode: 0,
    secrets: {
      searched: [
        ...new Set(secrets?.secrets.filter((secret) => secret.weak === undefined).map((secret) => secret.name) ?? []),
      ],
      weak: secrets?.weak.map(({ name, weak }) => ({ name, why: weak ?? '' })) ?? [],
      settings: secrets?.settings.map(({ name, reason }) => ({ name, why: reason })) ?? [],
    },
    ...(unmasked.length > 0 ? { unmasked } : {}),
    dockerfile: rewritten?.findings ?? [],
    leaks: [],
    incomplete: [],
    coverage: [],
    mounts: rewritten?.mounts ?? [],
    notes: [...(secrets?.notes ?? []), ...(sources ? unmatchedFiles(sources) : [])],
    ...(sources
      ? { lookedIn: [...sources.config.envFiles.map((file) => file.shown), 'the environment', 'the Dockerfile'] }
      : {}),
    elapsedMs: {},
  };
}
