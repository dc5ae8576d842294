import type { Finding, SecretMount } from '../finding.ts';
import { answerFile } from './answers.ts';
import { applyFixes, isMendable, type Mendable } from './fixes.ts';
import { agentFixOf, type Draft, firstDraft, inspect } from './inspect.ts';
import type { Project } from './project.ts';
import { keyAcrossEdits } from './question.ts';

/** What is to be done to a project, as data: nothing is written yet. */
export interface Migration {
  draft: Draft;
  /** What is mended, in the order in which it was decided; lines are those of the Dockerfile at that time. */
  mended: readonly Mendable[];
  /** What was left on purpose, by `keyAcrossEdits`. */
  declined: ReadonlySet<string>;
  mounts: readonly SecretMount[];
  /** Names of build arguments that must no longer be passed. */
  dropBuildArgs: readonly string[];
  /** What was asked for and could not be done, in words. */
  problems: readonly string[];
  /** True when the Dockerfile was split into a build and a runtime stage. */
  split: boolean;
  /** Files of the CI that are changed too; absolute paths. */
  pipelines: readonly { absolute: string; before: string; after: string }[];
}

/** What is found in a draft and not mended. */
export interface Remaining {
  /** Only a person can settle it. */
  open: readonly Finding[];
  /** Left on purpose: each build mends it in memory. */
  declined: readonly Finding[];
  /** Worth a look, and no reason to stop. */
  notes: readonly Finding[];
}

/** A migration that has done nothing yet. */
export function beginMigration(project: Project): Migration {
  const nothing = { mended: [], mounts: [], dropBuildArgs: [], problems: [], pipelines: [] } as const;
  return { draft: firstDraft(project), declined: new Set(), split: false, ...nothing };
}

/** Mends the findings, which are of the migration's draft. */
export function mend(project: Project, migration: Migration, findings: readonly Mendable[]): Migration {
  const { draft, problems, mounts, dropBuildArgs } = applyFixes(project, migration.draft, findings);
  return {
    ...migration,
    // A mounted file is found again by its answer, also behind an ignore file.
    draft: {
      ...draft,
      answers: unanswered(project, migration, mounts).reduce(
        (all, path) => answerFile(all, path, 'build'),
        draft.answers,
      ),
    },
    mended: [...migration.mended, ...findings],
    mounts: [...migration.mounts, ...mounts],
    dropBuildArgs: [...new Set([...migration.dropBuildArgs, ...dropBuildArgs])],
    problems: [...migration.problems, ...problems],
  };
}

/** What can be mended in the migration's draft, and was not declined. */
export function mendable({ declined }: Pick<Migration, 'declined'>, findings: readonly Finding[]): Mendable[] {
  return findings.filter(isMendable).filter((finding) => !declined.has(keyAcrossEdits(finding)));
}

/** One fix may uncover what another mends; more rounds than this, and two rules undo each other. */
const maxRounds = 5;

/** Everything that can be mended without an answer; with `agent`, an ssh key by the agent of whoever builds where that can be. */
export function mendAll(project: Project, start: Migration, agent = false): Migration {
  let migration = agent ? withAgent(project, start) : start;
  for (let round = 0; round < maxRounds; round++) {
    const found = mendable(migration, inspect(project, migration.draft));
    if (found.length === 0) break;
    const next = mend(project, migration, found);
    if (next.draft.dockerfile === migration.draft.dockerfile && next.draft.ignore === migration.draft.ignore) break;
    migration = next;
  }
  return migration;
}

/** The keys that can be done without, one after the other: each takes steps away that others may have been found in. */
function withAgent(project: Project, start: Migration): Migration {
  let migration = start;
  for (let round = 0; round < maxRounds; round++) {
    const { draft } = migration;
    const [next] = mendable(migration, inspect(project, draft)).flatMap((finding) => {
      const fix = agentFixOf(project, draft, finding);
      return fix ? [{ ...finding, fix }] : [];
    });
    if (next === undefined) break;
    migration = mend(project, migration, [next]);
  }
  return migration;
}

/** What the migration leaves. Lines are those of the Dockerfile as it lay there, which is the one that a person knows. */
export function remaining(project: Project, migration: Migration): Remaining {
  const { draft } = migration;
  const original = inspect(project, { ...firstDraft(project), answers: draft.answers });
  const findings = inspect(project, draft).map((finding) => {
    const at = original.findIndex((other) => isAlike(other, finding));
    return at === -1 ? finding : (original.splice(at, 1)[0] ?? finding);
  });
  const isDeclined = (finding: Finding): boolean => migration.declined.has(keyAcrossEdits(finding));
  const open = findings.filter((finding) => finding.needsPerson);
  const left = findings.filter((finding) => isMendable(finding) && isDeclined(finding));
  const notes = findings.filter((finding) => !finding.needsPerson && finding.fix === undefined);
  return { open, declined: left, notes };
}

function isAlike(a: Finding, b: Finding): boolean {
  const sameKind = a.needsPerson === b.needsPerson && isMendable(a) === isMendable(b);
  return sameKind && keyAcrossEdits(a) === keyAcrossEdits(b);
}

function unanswered({ sources }: Project, { draft }: Migration, mounts: readonly SecretMount[]): string[] {
  return mountedFiles(mounts).filter((path) => !sources.config.files.has(path) && !draft.answers.files.has(path));
}

const filePrefix = 'file:';

/** The paths of the files among the mounts, each once. */
export function mountedFiles(mounts: readonly SecretMount[]): string[] {
  const paths = mounts.flatMap(({ secret }) => (secret.startsWith(filePrefix) ? secret.slice(filePrefix.length) : []));
  return [...new Set(paths)];
}
