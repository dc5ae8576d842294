import type { Edit, Range } from '../../finding.ts';

/** An edit with the instruction that it is for; absent when it is for none. */
export interface PlannedEdit extends Edit {
  instruction?: number;
}

/** Edits in the order of the source, and those that cannot be made together with an earlier one. */
export interface SortedEdits {
  edits: PlannedEdit[];
  conflicts: PlannedEdit[];
}

/** Sorts edits and takes out exact duplicates and conflicts; of two that overlap the first given wins. */
export function sortEdits(planned: readonly PlannedEdit[]): SortedEdits {
  const edits: PlannedEdit[] = [];
  const conflicts: PlannedEdit[] = [];
  for (const edit of planned) {
    if (edits.some((other) => same(other, edit))) continue;
    if (edits.some((other) => overlap(other.range, edit.range))) conflicts.push(edit);
    else edits.push(edit);
  }
  // An insertion comes before a replacement that begins at the same place; insertions keep their order.
  edits.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  return { edits, conflicts };
}

function same(a: Edit, b: Edit): boolean {
  return (
    a.range.start === b.range.start && a.range.end === b.range.end && a.text === b.text && a.range.end > a.range.start
  );
}

function overlap(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Applies sorted edits that do not overlap. */
export function splice(source: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { range, text } of edits) {
    result += source.slice(at, range.start) + text;
    at = range.end;
  }
  return result + source.slice(at);
}

/** Joins ranges that touch or overlap. */
export function unite(ranges: readonly Range[]): Range[] {
  const united: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = united.at(-1);
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else united.push({ ...range });
  }
  return united;
}
