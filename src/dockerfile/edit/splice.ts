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
  // Always in order, so that only the last edit that begins in front of an end can overlap.
  const edits: PlannedEdit[] = [];
  const conflicts: PlannedEdit[] = [];
  for (const edit of planned) {
    const { start, end } = edit.range;
    const before = edits[placeOf(edits, (other) => other.range.start < end) - 1];
    if (before && same(before, edit)) continue;
    if (before && overlap(before.range, edit.range)) conflicts.push(edit);
    else {
      // An insertion comes before a replacement that begins at the same place; insertions keep their order.
      const place = placeOf(edits, ({ range }) => range.start < start || (range.start === start && range.end <= end));
      edits.splice(place, 0, edit);
    }
  }
  return { edits, conflicts };
}

/** How many edits at the beginning of the list the test holds for. */
function placeOf(edits: readonly PlannedEdit[], test: (edit: PlannedEdit) => boolean): number {
  let low = 0;
  let high = edits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(edits[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
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
