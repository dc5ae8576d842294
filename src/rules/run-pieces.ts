import type { Change, Range } from '../finding.ts';
import { isOpen, oneLine } from './carry.ts';
import type { RuleContext } from './context.ts';
import { inside, type Run } from './runs.ts';
import { within } from './spans.ts';
import { cutParts } from './upkeep.ts';

/** A RUN in up to three: what comes before some of its parts, those parts, and what comes after them. */
export interface RunPieces {
  /** Shell text; absent where there is nothing. */
  before?: string;
  after?: string;
  /** What leaves only the parts in the RUN itself. */
  changes: readonly Change[];
  /** The lines of comments that the changes take away, to stand in front of each piece: before, the parts, after. */
  comments: readonly [readonly string[], readonly string[], readonly string[]];
}

/** What sets the state of the shell for the parts behind it, and is done again in each piece. */
const setting = /^(?:cd|export|umask|set)$/;

/** What a piece of its own cannot do again, or would not end the RUN with. */
const unrepeatable =
  /^(?:pushd|popd|unset|alias|source|\.|ulimit|exec|exit|return|eval|shopt|local|readonly|declare|typeset|trap|hash)$/;

/**
 * Takes a RUN apart so that only `parts` of it stay in it.
 *
 * Every piece runs as it did: the folder, the options of the shell and its variables are set anew in each. Undefined where
 * the RUN is no plain `&&` chain.
 */
export function piecesOf(context: RuleContext, run: Run, parts: readonly number[]): RunPieces | undefined {
  const all = run.parts.map((_, index) => index);
  if (all.length > 0 && all.every((index) => parts.includes(index))) return { changes: [], comments: [[], [], []] };
  if (!isPlain(context, run)) return undefined;
  const settings = all.filter((index) => !parts.includes(index) && isSetting(run, index));
  const rest = all.filter((index) => !parts.includes(index) && !settings.includes(index));
  const last = rest.at(-1) ?? -1;
  const first = rest.filter((index) => index < parts[0]!);
  const pieceOf = (index: number) => (parts.includes(index) ? 1 : index <= (first.at(-1) ?? -1) ? 0 : 2);
  const behind = (index: number) =>
    all.filter((other) => other > index && (settings.includes(other) || pieceOf(other) !== pieceOf(index)));
  const texts = all.map((index) => oneLine(run, run.parts[index]!.range));
  if (texts.includes(undefined)) return undefined;
  if (all.some((index) => !settings.includes(index) && setsFor(run, index, behind(index)))) return undefined;
  const text = (indexes: readonly number[]) => indexes.map((index) => texts[index]).join(' && ');
  const before = all.filter((index) => index <= (first.at(-1) ?? -1));
  const after = all.filter((index) => index <= last && (settings.includes(index) || index > parts[0]!));
  const kept = [...parts, ...settings.filter((index) => index < parts.at(-1)!)];
  const cuts = cutParts(
    run,
    all.map((index) => !kept.includes(index)),
  );
  const isCut = (range: Range) => cuts.some((cut) => cut.kind === 'replace' && inside(range, cut.range));
  const lost = commentsOf(run).filter(({ range, part }) => isCut(range) || !kept.includes(part));
  const of = (piece: number) => lost.flatMap(({ text, part }) => (pieceOf(part) === piece ? [text] : []));
  const lines = lost.filter(({ range }) => !isCut(range)).map(({ line }) => line);
  const changes = [...cuts, ...lines.map((range): Change => ({ kind: 'replace', range, text: '' }))];
  return {
    ...(before.length > 0 && { before: text(before) }),
    ...(last > parts[0]! && { after: text(after.filter((index) => !parts.includes(index))) }),
    changes,
    comments: [of(0), of(1), of(2)],
  };
}

interface Comment {
  text: string;
  range: Range;
  /** Its whole line. */
  line: Range;
  /** The part that it stands in or in front of. */
  part: number;
}

/** The comment lines of a RUN of several lines. */
function commentsOf({ source, range, parts }: Run): Comment[] {
  return [...source.slice(range.start, range.end).matchAll(/(?<=\n)[ \t]*(#.*?)\r?\n/g)].map((match) => {
    const line = { start: range.start + match.index, end: range.start + match.index + match[0].length };
    const start = line.start + match[0].indexOf('#');
    const part = parts.findIndex((other) => other.range.end > start);
    const text = match[1]!;
    return { text, range: { start, end: start + text.length }, line, part: part < 0 ? parts.length - 1 : part };
  });
}

function isPlain(context: RuleContext, run: Run): boolean {
  const { parts, commands, source, range, instruction } = run;
  return (
    !instruction.json &&
    isOpen(context, run, false) &&
    run.complete &&
    instruction.flags.length === 0 &&
    parts.every(({ operator }) => (operator ?? '&&') === '&&') &&
    !commands.some(({ program }) => unrepeatable.test(program)) &&
    // A comment of the shell at the end would swallow what is put behind it.
    /^\s*$/.test(source.slice(parts.at(-1)!.range.end, range.end))
  );
}

/** Whether the part, which runs once, may set something that the `others`, in pieces of their own, go by. */
function setsFor(run: Run, index: number, others: readonly number[]): boolean {
  if (others.length === 0) return false;
  const { range } = run.parts[index]!;
  const text = run.source.slice(range.start, range.end);
  // `{ cd x && y; }`; a function.
  const commands = within(run.commands, range);
  if (!text.startsWith('(') && commands.some(({ program }) => setting.test(program))) return true;
  if (/^(?:function\s|[\w.-]+\s*\(\s*\))/.test(text)) return true;
  // `V=$(cmd)`, `read V`, `for V in …`, `printf -v V`, `${V:=x}`.
  const read = run.uses.filter((use) => others.some((other) => inside(use.range, run.parts[other]!.range)));
  return read.some(({ name }) => new RegExp(`(?<![\\w$]|\\$\\{)${name}(?!\\w)|\\$\\{${name}:?=`).test(text));
}

/** `cd /tmp`, `export A=b`, `VERSION=1`: nothing but that. */
function isSetting(run: Run, index: number): boolean {
  const { range } = run.parts[index]!;
  const commands = within(run.commands, range);
  const [command] = commands;
  if (command === undefined) return /^\w+=/.test(run.source.slice(range.start, range.end));
  const whole = command.range.start === range.start && command.range.end === range.end;
  return commands.length === 1 && whole && setting.test(command.program);
}
