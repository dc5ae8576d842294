import type { Edit, Range } from '../finding.ts';

const shown = '[secret]';

/** Edits that put `[secret]` in place of each of `ranges`; ranges that overlap become one. */
export function maskEdits(ranges: readonly Range[]): Edit[] {
  const united: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = united.at(-1);
    if (last !== undefined && range.start < last.end) last.end = Math.max(last.end, range.end);
    else united.push({ ...range });
  }
  return united.map((range) => ({ range, text: shown }));
}

/** The text with `edits` made; they do not overlap. Of two at one place an insertion comes first. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { range, text: added } of [...edits].sort(
    (a, b) => a.range.start - b.range.start || a.range.end - b.range.end,
  )) {
    result += text.slice(at, range.start) + added;
    at = range.end;
  }
  return result + text.slice(at);
}
