import { baseName, type Persistence } from '../ecosystems/index.ts';
import type { Change } from '../finding.ts';
import { writingOf } from './carry-file.ts';
import type { RuleContext } from './context.ts';
import { isCopied } from './file-readers.ts';
import { joinChanges } from './join.ts';
import { lineOf, loginAt, loginByFile } from './kept.ts';
import { runsAfter } from './place.ts';
import type { Run, Use } from './runs.ts';

/**
 * The changes that make one RUN of the one that keeps a secret, the one that takes it back, and those between.
 *
 * Needs no knowledge of what the steps do. Undefined where no later RUN takes back each of the uses, or where the RUNs cannot
 * be one.
 */
export function keptJoin(context: RuleContext, run: Run, uses: readonly Use[]): Change[] | undefined {
  const ends = uses.map((use) => takenBackBy(context, run, use));
  const known = ends.flatMap((index) => index ?? []);
  return known.length < ends.length || known.length === 0
    ? undefined
    : joinChanges(context, run.index, Math.max(...known));
}

/** The later RUN that removes what this one keeps, by index: the file, or with the tool's own command. */
function takenBackBy(context: RuleContext, run: Run, use: Use): number | undefined {
  const login = loginAt(run, use.range)?.known;
  if (login?.undo) return undoneBy(context, run, login);
  const writing = writingOf(context, run, use);
  if (!writing?.use.deleted || isCopied(writing.use)) return undefined;
  const removed = writing.use.after.at(-1)?.index;
  const logins = [run, ...writing.use.after].flatMap((other) => {
    const login = loginByFile(other, baseName(writing.target));
    return login ? [undoneBy(context, other, login)] : [];
  });
  const ends = [removed, ...logins].flatMap((index) => index ?? []);
  return ends.length > logins.length ? Math.max(...ends) : undefined;
}

/** The first RUN behind that takes the login back. */
function undoneBy(context: RuleContext, run: Run, { undo }: Persistence): number | undefined {
  return runsAfter(context, run.index).find(({ commands }) => commands.some((command) => undo?.test(lineOf(command))))
    ?.index;
}
