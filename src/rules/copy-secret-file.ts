import { words } from '../dockerfile/index.ts';
import type { Change, Finding } from '../finding.ts';
import type { Rule, RuleContext } from './context.ts';
import { decideFile, fileAtRuntime, fileObstacle, fileQuestion } from './file-decision.ts';
import { fileMounts } from './file-mounts.ts';
import { type FileUse, useOf } from './file-readers.ts';
import { type Landing, landingsOf } from './landings.ts';
import { at, instructionAt, linesOf } from './place.ts';
import { withoutUpkeep } from './upkeep.ts';

/** A landing whose file may leave the image, with what is known about it. */
interface Movable {
  landing: Landing;
  use: FileUse;
}

/** COPY or ADD names a file with credentials. */
export const copySecretFile: Rule = {
  id: 'copy-secret-file',
  title: 'A file with credentials is copied into the image',
  why: 'What COPY writes stays in its layer for ever: a later rm only hides the file, and everyone who can pull the image can read the layer. A secret mount shows the file to the steps that need it, at the same place, and leaves nothing behind.',
  check(context) {
    const named = landingsOf(context).filter((landing) => landing.named);
    const all = named.map((landing) => ({ landing, use: useOf(context, landing) }));
    const movable = all.filter(({ landing, use }) => isMovable(context, landing, use));
    return all.map(({ landing, use }) => finding(context, landing, use, movable));
  },
};

function isMovable(context: RuleContext, landing: Landing, use: FileUse): boolean {
  return fileObstacle(context, landing, use) === undefined && decideFile(context, landing, use) !== 'open';
}

function finding(context: RuleContext, landing: Landing, use: FileUse, movable: readonly Movable[]): Finding {
  const { keyword } = instructionAt(context, landing.instruction);
  const [secret] = landing.credential.secretNames;
  const base = {
    rule: copySecretFile.id,
    level: 'error' as const,
    ...(secret !== undefined && { secret }),
    message: `${keyword} ${landing.path} writes credentials into a layer of the image.`,
    location: at(context, landing.instruction),
  };
  const obstacle = fileObstacle(context, landing, use);
  if (obstacle) return { ...base, ...obstacle, needsPerson: true };
  const decision = decideFile(context, landing, use);
  if (decision === 'open') return { ...base, remedy: fileQuestion(landing.path), needsPerson: true };
  const readers = readersOf(context, landing, use);
  const mount =
    readers.length > 0
      ? `Mount it on ${linesOf(context, readers)} instead.`
      : 'Remove it: no RUN was found that uses it.';
  const runtime = decision === 'runtime' ? ` ${fileAtRuntime(landing.path, landing.target)}` : '';
  return { ...base, remedy: `${mount}${runtime}`, fix: fixOf(context, landing, use, movable) };
}

function readersOf(context: RuleContext, landing: Landing, use: FileUse): number[] {
  return context.files.needed(landing.path) === 'never' ? [] : use.readers;
}

function fixOf(
  context: RuleContext,
  landing: Landing,
  use: FileUse,
  movable: readonly Movable[],
): NonNullable<Finding['fix']> {
  const readers = readersOf(context, landing, use);
  const changes: Change[] = [
    ...withoutSources(context, landing, movable),
    ...fileMounts(context, landing, readers),
    ...use.after.flatMap((run) => {
      // All files of one RUN are taken out together, so that the fixes of two files ask for the same edit.
      const here = movable.filter((other) => other.use.after.some(({ index }) => index === run.index));
      const mounted = here.filter((other) => readersOf(context, other.landing, other.use).includes(run.index));
      return withoutUpkeep(context, run, here.map(targetOf), mounted.map(targetOf));
    }),
  ];
  const title =
    readers.length > 0
      ? `Mount ${landing.path} on the RUNs that use it instead of copying it.`
      : `Do not copy ${landing.path}.`;
  return { title, changes };
}

function targetOf({ landing }: Movable): string {
  return landing.target;
}

/** Removes the sources of one COPY that only name movable files; the whole COPY when no source is left. */
function withoutSources(context: RuleContext, landing: Landing, movable: readonly Movable[]): Change[] {
  const instruction = instructionAt(context, landing.instruction);
  const all = words(instruction, context.dockerfile.escape);
  const starts = movable
    .filter((other) => other.landing.instruction === landing.instruction)
    .map((other) => other.landing.source.range.start);
  const gone = all.slice(0, -1).filter(({ range }) => starts.includes(range.start));
  if (gone.length === all.length - 1 && instruction.heredocs.length === 0) {
    return [{ kind: 'remove-instruction', instruction: landing.instruction }];
  }
  return gone.map((word) => {
    const next = all[all.indexOf(word) + 1]!;
    return { kind: 'replace', range: { start: word.range.start, end: next.range.start }, text: '' };
  });
}
