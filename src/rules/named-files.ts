import { type Command, type Run, wholeRun } from './runs.ts';
import { within } from './spans.ts';
import { escapeRegExp } from './text.ts';
import { isUpkeep } from './upkeep.ts';

/** What file names and the like are made of. */
const token = /[A-Za-z0-9_.-]+/g;

/** The text of a RUN without the commands that only look after files, and where each name last stands in it. */
interface Names {
  text: string;
  last: ReadonlyMap<string, number>;
}

const cache = new WeakMap<Run, Names>();

/**
 * Whether the text of the RUN, from `from` on, has the file name, other than to delete the file or to set its mode.
 *
 * A RUN can write thousands of files, and this is asked for each of them.
 */
export function namesFile(run: Run, base: string, from: number): boolean {
  const known = cache.get(wholeRun(run)) ?? namesIn(wholeRun(run));
  cache.set(wholeRun(run), known);
  const { end } = run.range;
  if (/^[A-Za-z0-9_.-]+$/.test(base) && end === wholeRun(run).range.end) return (known.last.get(base) ?? -1) >= from;
  const text = known.text.slice(
    Math.max(0, from - wholeRun(run).range.start),
    Math.max(0, end - wholeRun(run).range.start),
  );
  return new RegExp(`(?:^|[^A-Za-z0-9_.-])${escapeRegExp(base)}(?![A-Za-z0-9_-]|\\.[A-Za-z0-9])`).test(text);
}

function namesIn(run: Run): Names {
  const { start, end } = run.range;
  const pieces: string[] = [];
  let at = start;
  const upkeep = run.commands.filter((command) => isUpkeep(command) && !holdsOthers(run, command));
  for (const { range } of [...upkeep].sort((a, b) => a.range.start - b.range.start)) {
    if (range.end <= at) continue;
    const from = Math.max(at, range.start);
    pieces.push(run.source.slice(at, from), ' '.repeat(range.end - from));
    at = range.end;
  }
  const text = (pieces.join('') + run.source.slice(at, Math.max(at, end))).slice(0, end - start);
  const last = new Map<string, number>();
  for (const { 0: word, index } of text.matchAll(token)) {
    last.set(word, start + index);
    // At the end of a sentence: `f.` names f.
    for (let dot = word.indexOf('.', 1); dot > 0; dot = word.indexOf('.', dot + 1)) {
      if (!/[A-Za-z0-9]/.test(word.charAt(dot + 1))) last.set(word.slice(0, dot), start + index);
    }
  }
  return { text, last };
}

/** `test -n "$(cat secrets.txt)"`: what stands inside reads, whatever the outer command does. */
function holdsOthers(run: Run, { range }: Command): boolean {
  return within(run.commands, range).some((other) => other.range !== range);
}
