import type { Dockerfile } from '../model.ts';
import type { PlannedEdit } from './splice.ts';

/** How many lines the edits take, by the place in the source where blank lines can make up for them. */
function lostLines(dockerfile: Dockerfile, edits: readonly PlannedEdit[]): Map<number, number> {
  const { source, instructions } = dockerfile;
  const lost = new Map<number, number>();
  for (const { range, text } of edits) {
    const count = newlines(source.slice(range.start, range.end)) - newlines(text);
    const owner = instructions.findLast(
      ({ lineRange }) => lineRange.start <= range.start && range.end <= lineRange.end,
    );
    const feed = source.indexOf('\n', range.end - 1);
    const place = owner?.lineRange.end ?? (feed === -1 ? source.length : feed + 1);
    if (count > 0) lost.set(place, (lost.get(place) ?? 0) + count);
  }
  return lost;
}

/** The lines of `insert-after`, and in a build blank lines for what is lost: those make room for each other. */
export function linesBehind(
  dockerfile: Dockerfile,
  plans: ReadonlyMap<number, { after: readonly string[] }>,
  edits: readonly PlannedEdit[],
  keepLines: boolean,
): PlannedEdit[] {
  const lost = keepLines ? lostLines(dockerfile, edits) : new Map<number, number>();
  const behind: PlannedEdit[] = [];
  for (const [index, { after }] of plans) {
    if (after.length === 0) continue;
    const { end } = dockerfile.instructions[index]!.lineRange;
    const room = lost.get(end) ?? 0;
    const blanks = keepLines ? after.length - room : 0;
    behind.push({ ...insertion(dockerfile, end, after, blanks), instruction: index });
    lost.set(end, room - after.length);
  }
  for (const [place, count] of lost) {
    const range = { start: place, end: place };
    if (count > 0 && place < dockerfile.source.length) behind.push({ range, text: dockerfile.newline.repeat(count) });
  }
  return behind;
}

/** Inserts lines at the end of an instruction; blank lines that follow are used up, `blanks` at most. */
function insertion(
  { source, newline }: Dockerfile,
  end: number,
  lines: readonly string[],
  blanks: number,
): PlannedEdit {
  const text = lines.map((line) => `${line}${newline}`).join('');
  if (source[end - 1] !== '\n')
    return { range: { start: end, end }, text: `${newline}${text.slice(0, -newline.length)}` };
  return { range: { start: end, end: blankLines(source, end, blanks) }, text };
}

/** The end of the blank lines from `start` on, at most `count` of them. */
function blankLines(source: string, start: number, count: number): number {
  const blank = /[ \t\r]*\n/y;
  let end = start;
  for (let line = 0; line < count; line++) {
    blank.lastIndex = end;
    if (!blank.test(source)) break;
    end = blank.lastIndex;
  }
  return end;
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}
