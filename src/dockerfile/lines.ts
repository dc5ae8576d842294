import { invalid } from './invalid.ts';

/** One physical line; `end` is behind its last character without trailing `\r` and `\n`, `next` where the next line begins. */
export interface Line {
  number: number;
  start: number;
  end: number;
  next: number;
}

/** The longest line that BuildKit reads, in bytes: Go's `bufio.MaxScanTokenSize - 1`. */
const maxLineBytes = 65_535;

/**
 * Splits a source at `\n` only, as BuildKit does: a lone `\r` stays in the line.
 *
 * A byte order mark belongs to no line. Throws `DOCKERFILE_INVALID` on a line that BuildKit's scanner refuses.
 */
export function splitLines(source: string): Line[] {
  const lines: Line[] = [];
  let start = source.startsWith('\ufeff') ? 1 : 0;
  while (start < source.length) {
    const feed = source.indexOf('\n', start);
    const next = feed === -1 ? source.length : feed + 1;
    let end = feed === -1 ? source.length : feed;
    refuseLongLine(source.slice(start, end), lines.length + 1);
    while (end > start && source[end - 1] === '\r') end--;
    lines.push({ number: lines.length + 1, start, end, next });
    start = next;
  }
  return lines;
}

function refuseLongLine(text: string, number: number): void {
  // A UTF-16 unit is at most three bytes of UTF-8, so short lines need no count.
  if (text.length * 3 <= maxLineBytes) return;
  if (new TextEncoder().encode(text).length > maxLineBytes) {
    throw invalid(number, `longer than ${maxLineBytes} bytes`);
  }
}

/** What the lines of a source end with; of a mixed file, the more frequent. */
export function newlineOf(source: string): '\n' | '\r\n' {
  const all = source.split('\n').length - 1;
  const carriage = source.split('\r\n').length - 1;
  return carriage * 2 > all ? '\r\n' : '\n';
}

const linesOfSources = new WeakMap<{ source: string }, readonly Line[]>();

/** The number of the line that an offset lies on, from 1. */
export function lineOfOffset(dockerfile: { source: string }, offset: number): number {
  const lines = linesOfSources.get(dockerfile) ?? splitLines(dockerfile.source);
  linesOfSources.set(dockerfile, lines);
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle]!.next <= offset) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}
