import type { Range } from '../finding.ts';

interface Spanned {
  range: Range;
}

/** Items by where they begin, each with the one that it lies in; those at one place with the outer one first. */
interface Index<T> {
  items: readonly T[];
  parents: readonly (number | undefined)[];
}

const indexes = new WeakMap<readonly Spanned[], Index<Spanned>>();

/**
 * The items that hold the place, the outermost first.
 *
 * Of two items one holds the other, or they have nothing in common: so it is with commands, lists and pipelines. The time is
 * that of a look into a sorted list, for a RUN can have tens of thousands of commands.
 */
export function around<T extends Spanned>(items: readonly T[], place: Range): T[] {
  const { items: sorted, parents } = indexOf(items);
  const found: T[] = [];
  for (let at: number | undefined = firstFrom(sorted, place.start + 1) - 1; at !== undefined && at >= 0; ) {
    const item = sorted[at]!;
    if (item.range.start <= place.start && item.range.end >= place.end) found.unshift(item);
    at = parents[at];
  }
  return found;
}

/** The items that lie in the range, in order. */
export function within<T extends Spanned>(items: readonly T[], { start, end }: Range): T[] {
  const { items: sorted } = indexOf(items);
  const found: T[] = [];
  for (let at = firstFrom(sorted, start); at < sorted.length && sorted[at]!.range.start <= end; at++) {
    if (sorted[at]!.range.end <= end) found.push(sorted[at]!);
  }
  return found;
}

/** The items that begin at the offset or behind it, in order. */
export function behind<T extends Spanned>(items: readonly T[], offset: number): readonly T[] {
  const { items: sorted } = indexOf(items);
  return sorted.slice(firstFrom(sorted, offset));
}

/** The last item that begins at the offset or before it; of several at one place the innermost. */
export function lastUpTo<T extends Spanned>(items: readonly T[], offset: number): T | undefined {
  const { items: sorted } = indexOf(items);
  return sorted[firstFrom(sorted, offset + 1) - 1];
}

function indexOf<T extends Spanned>(items: readonly T[]): Index<T> {
  const known = indexes.get(items) as Index<T> | undefined;
  if (known) return known;
  const sorted = [...items].sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
  const open: number[] = [];
  const parents = sorted.map(({ range }, index) => {
    while (open.length > 0 && sorted[open.at(-1)!]!.range.end < range.end) open.pop();
    const parent = open.at(-1);
    open.push(index);
    return parent;
  });
  const index = { items: sorted, parents };
  indexes.set(items, index);
  return index;
}

/** The index of the first item that begins at the offset or behind it. */
function firstFrom(items: readonly Spanned[], offset: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.range.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
