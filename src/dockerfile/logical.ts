import type { Range } from '../finding.ts';
import type { Line } from './lines.ts';
import type { EscapeChar } from './model.ts';
import { skipSpace } from './space.ts';

/**
 * Text that was cut together from pieces of a source, with the source offset of every UTF-16 unit.
 *
 * `offsets` has one entry more than `text` has units: where the text ends.
 */
export interface LogicalText {
  text: string;
  offsets: readonly number[];
}

/** The part of a logical text from `start` up to `end`. */
export function sliceText(whole: LogicalText, start: number, end = whole.text.length): LogicalText {
  return {
    text: whole.text.slice(start, end),
    offsets: [...whole.offsets.slice(start, end), rangeIn(whole.offsets, start, end).end],
  };
}

/** The source range of the units `start` up to `end` of a logical text; comments between its lines lie inside. */
export function rangeIn(offsets: readonly number[], start: number, end: number): Range {
  const first = offsets[start] ?? offsets.at(-1) ?? 0;
  return { start: first, end: end > start ? (offsets[end - 1] ?? first) + 1 : first };
}

/** The unit that comes from a source offset; -1 when none does. */
export function unitAt({ offsets }: LogicalText, offset: number): number {
  const unit = firstUnitFrom(offsets, offset);
  return offsets[unit] === offset ? unit : -1;
}

/** How many units come from places in front of a source offset. */
export function firstUnitFrom(offsets: readonly number[], offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The escape character ends a line when it is its last character but blanks, and is not escaped itself. */
const continuation: Readonly<Record<EscapeChar, RegExp>> = {
  '\\': /(^|[^\\])\\[ \t]*$/,
  '`': /(^|[^`])`[ \t]*$/,
};

/**
 * Joins the lines from `lines[index]` on that make one instruction.
 *
 * Comment and blank lines inside are dropped. `next` is the index of the first line behind it. Undefined when
 * `lines[index]` is a comment or blank. Source: BuildKit, frontend/dockerfile/parser/parser.go.
 */
export function joinLines(
  source: string,
  lines: readonly Line[],
  index: number,
  escapeChar: EscapeChar,
): { logical: LogicalText; next: number } | undefined {
  let text = '';
  const offsets: number[] = [];
  let next = index;
  let open = true;
  while (open && next < lines.length) {
    const line = lines[next++]!;
    const physical = source.slice(line.start, line.end);
    const indent = skipSpace(physical);
    // The first line loses its indentation; the others keep it (BuildKit's processLine).
    const from = text === '' && next === index + 1 ? indent : 0;
    if (physical[indent] === '#' || indent === physical.length) {
      if (next === index + 1) return undefined;
      continue;
    }
    const match = continuation[escapeChar].exec(physical.slice(from));
    open = match !== null;
    const piece =
      match === null ? physical.slice(from) : physical.slice(from, from + match.index + (match[1] ?? '').length);
    for (let at = 0; at < piece.length; at++) offsets.push(line.start + from + at);
    text += piece;
  }
  const last = offsets.at(-1);
  const end = last === undefined ? lines[index]!.start : last + 1;
  return { logical: { text, offsets: [...offsets, end] }, next };
}
