import type { Change } from '../../finding.ts';
import type { Dockerfile, Instruction } from '../model.ts';
import type { ApplyProblem } from './apply.ts';
import type { PlannedEdit } from './splice.ts';

/**
 * The edits that make RUNs parts of the one in front of them: `RUN a` and `RUN b` become `RUN a && b`.
 *
 * Every command keeps its line. Blank lines between the RUNs would be blank lines within one, which BuildKit warns of: in a
 * build they become comments, else they go. RUNs that go altogether are left out of the chain; what stands between two of
 * them other than comments and RUNs of the same chain is a problem, as is a RUN with flags of its own.
 */
export function joinEdits(
  dockerfile: Dockerfile,
  changes: readonly Change[],
  removed: readonly Instruction[],
  keepLines: boolean,
  problems: ApplyProblem[],
): PlannedEdit[] {
  const joins = changes.flatMap((change) => (change.kind === 'join' ? [change] : []));
  const heads = [...new Set(joins.map(({ to }) => to))];
  return heads.flatMap((to) => {
    const members = [to, ...joins.filter((join) => join.to === to).map(({ instruction }) => instruction)];
    const indexes = [...new Set(members)].sort((a, b) => a - b);
    const runs = indexes.map((index) => dockerfile.instructions[index]!);
    if (!isChain(indexes, runs) || removed.includes(runs[0]!)) {
      problems.push({ instruction: to, message: 'these RUNs cannot be made one' });
      return [];
    }
    const left = runs.filter((run) => !removed.includes(run));
    return left.slice(1).flatMap((run, at) => {
      const edits = joinTo(dockerfile, left[at]!, run, keepLines);
      return edits.map((edit) => ({ ...edit, instruction: indexes[runs.indexOf(run)]! }));
    });
  });
}

function isChain(indexes: readonly number[], runs: readonly (Instruction | undefined)[]): boolean {
  const first = indexes[0]!;
  return runs.every(
    (run, at) =>
      run?.keyword === 'RUN' &&
      run.json === undefined &&
      run.heredocs.length === 0 &&
      indexes[at] === first + at &&
      (at === 0 || run.flags.length === 0),
  );
}

function joinTo(dockerfile: Dockerfile, before: Instruction, run: Instruction, keepLines: boolean): PlannedEdit[] {
  const { source, newline } = dockerfile;
  // Insertions at the end of the command come before what replaces the end of its line.
  const first = { start: before.range.end, end: before.lineRange.end };
  const between = source.slice(first.end, run.lineRange.start);
  // The lines of a RUN between the two that goes are blanked or cut by its own removal.
  const blanks = [...between.matchAll(/^[ \t\r]*\n/gm)].map((match): PlannedEdit => {
    const start = first.end + match.index;
    return { range: { start, end: start + match[0].length }, text: keepLines ? `#${newline}` : '' };
  });
  return [
    { range: first, text: ` && ${dockerfile.escape}${newline}` },
    ...blanks,
    { range: run.keywordRange, text: '   ' },
  ];
}
