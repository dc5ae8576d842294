import { SafebuildError } from '../../errors.ts';
import type { Edit, Range } from '../../finding.ts';
import { type Line, splitLines } from '../lines.ts';
import type { Dockerfile, Instruction, Pair } from '../model.ts';
import { parseDockerfile } from '../parse.ts';
import { splice, unite } from './splice.ts';

/**
 * The edits that take some, not all, of the pairs out of an ENV, ARG or LABEL.
 *
 * A line that held nothing else goes too, unless lines are to be kept; comments between the pairs stay. The result is read
 * again: what is left must be the other pairs, as they were.
 */
export function removePairs(
  dockerfile: Dockerfile,
  instruction: Instruction,
  removed: ReadonlySet<number>,
  keepLines: boolean,
): Edit[] {
  const kept = pairsOf(instruction).filter((_, index) => !removed.has(index));
  const tidy = cuts(dockerfile, instruction, removed, keepLines);
  // Without blanks around the escapes a line that goes can glue its neighbours together; then its escape stays.
  return leaves(dockerfile, instruction, tidy, kept) ? tidy : cuts(dockerfile, instruction, removed, true);
}

/** The pairs of an instruction, or of the one behind ONBUILD. */
export function pairsOf(instruction: Instruction): readonly Pair[] {
  return (instruction.onbuild ?? instruction).pairs ?? [];
}

function leaves(
  dockerfile: Dockerfile,
  instruction: Instruction,
  edits: readonly Edit[],
  kept: readonly Pair[],
): boolean {
  const { start, end } = instruction.lineRange;
  const moved = edits.map(({ range, text }) => ({
    range: { start: range.start - start, end: range.end - start },
    text,
  }));
  const text = splice(dockerfile.source.slice(start, end), moved);
  try {
    const [, result, ...rest] = parseDockerfile(`# escape=${dockerfile.escape}\nFROM scratch\n${text}`).instructions;
    const names = (pairs: readonly Pair[]) => JSON.stringify(pairs.map(({ name, raw }) => [name, raw]));
    return result !== undefined && rest.length === 0 && names(pairsOf(result)) === names(kept);
  } catch (error) {
    if (error instanceof SafebuildError) return false;
    throw error;
  }
}

function cuts(
  dockerfile: Dockerfile,
  instruction: Instruction,
  removed: ReadonlySet<number>,
  keepLines: boolean,
): Edit[] {
  const pairs = pairsOf(instruction);
  const lastKept = pairs.findLastIndex((_, index) => !removed.has(index));
  const lines = splitLines(dockerfile.source).slice(instruction.line - 1, instruction.endLine);
  const cutter: Cutter = {
    source: dockerfile.source,
    units: unitsOf(instruction, removed),
    end: lastKept < pairs.length - 1 ? pairs[lastKept]!.range.end : Number.POSITIVE_INFINITY,
    keepLines,
  };
  const ranges = lines.flatMap((line, index) => lineCuts(cutter, line, lines[index + 1], index === 0));
  return unite(ranges).map((range) => ({ range, text: '' }));
}

interface Cutter {
  source: string;
  /** Source offsets of the characters that go. */
  units: ReadonlySet<number>;
  /** Where the instruction is to end, when its last pair goes. */
  end: number;
  keepLines: boolean;
}

function unitsOf({ onbuild, ...outer }: Instruction, removed: ReadonlySet<number>): Set<number> {
  const { textOffsets, pairs = [] } = onbuild ?? outer;
  const ranges = pairs.filter((_, index) => removed.has(index)).map(({ range }) => range);
  const inside = (offset: number) => ranges.some(({ start, end }) => offset >= start && offset < end);
  return new Set(textOffsets.slice(0, -1).filter(inside));
}

function lineCuts(cutter: Cutter, line: Line, next: Line | undefined, first: boolean): Range[] {
  const { source, units, end, keepLines } = cutter;
  if (/^\s*(?:#|$)/.test(source.slice(line.start, line.end))) return [];
  if (line.start >= end) return [{ start: line.start, end: keepLines ? line.end : line.next }];
  const ranges = runsOf(units, line).map((run) => withBlanks(source, run, line));
  const escapeAt = line.end - 1 - /[ \t]*$/.exec(source.slice(line.start, line.end))![0].length;
  if (end <= line.end) return [...ranges, { start: end, end: line.end }];
  if (keepLines || !onlyBlanksLeft(source, line, ranges, escapeAt, first)) return ranges;
  if (!first) return [{ start: line.start, end: line.next }];
  // `ENV \` takes the next pair up to its own line, unless a comment stands between them.
  if (next === undefined || /^\s*(?:#|$)/.test(source.slice(next.start, next.end))) return ranges;
  const indent = /^[ \t]*/.exec(source.slice(next.start, next.end))![0].length;
  return [...ranges, { start: escapeAt, end: next.start + indent }];
}

/** Whether a line held nothing but what goes, its escape, and on the first line the keyword. */
function onlyBlanksLeft(
  source: string,
  line: Line,
  ranges: readonly Range[],
  escapeAt: number,
  first: boolean,
): boolean {
  if (ranges.length === 0) return false;
  const left = splice(
    source.slice(line.start, escapeAt),
    unite(ranges).map(({ start, end }) => ({
      range: { start: start - line.start, end: Math.min(end, escapeAt) - line.start },
      text: '',
    })),
  );
  return (first ? left.replace(/^\s*(?:onbuild\s+)?[a-z]+/i, '') : left).trim() === '';
}

function runsOf(units: ReadonlySet<number>, line: Line): Range[] {
  const runs: Range[] = [];
  for (let at = line.start; at < line.end; at++) {
    if (units.has(at)) runs.push({ start: at, end: at + 1 });
  }
  return unite(runs);
}

/** With the blanks behind it; those before it stay, as they separate what remains. */
function withBlanks(source: string, { start, end }: Range, line: Line): Range {
  let behind = end;
  while (behind < line.end && /[ \t]/.test(source.charAt(behind))) behind++;
  return { start, end: behind };
}
