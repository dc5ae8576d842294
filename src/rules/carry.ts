import { firstUnitFrom, shellAt, unitAt } from '../dockerfile/index.ts';
import type { Change, Range } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { type Command, inside, type Run, runOf } from './runs.ts';
import { cutParts } from './upkeep.ts';

/**
 * A part of a RUN that sets something up with a secret, and could do so in each RUN that needs it instead.
 *
 * `before` goes in front of a RUN, `after` behind it: what is gone when a RUN ends is in no layer.
 */
export interface Carry {
  run: Run;
  /** Indexes into `run.parts` of what moves. */
  parts: readonly number[];
  before: string;
  after?: string;
  /** The RUN itself goes on to use what it sets up, so that it stays there. */
  own: boolean;
  /** Later RUNs that need it, by index; those in `cleans` take it back themselves. */
  consumers: readonly number[];
  cleans: readonly number[];
  /** The tools that need it, as in tools.ts. */
  families: readonly string[];
  /** Further changes: what other RUNs do with a file that is no longer there. */
  more: readonly Change[];
  /** Words for a person. */
  title: string;
}

/** The changes that carry all of these over; they stand in one RUN. */
export function carryChanges(context: RuleContext, carries: readonly Carry[]): Change[] {
  const [first] = carries;
  if (!first) return [];
  const { run } = first;
  const leaving = carries.filter(({ own }) => !own).flatMap(({ parts }) => parts);
  return [
    ...cutParts(
      run,
      run.parts.map((_, index) => leaving.includes(index)),
    ),
    ...carries.filter(({ own }) => own).flatMap(staying),
    ...carries.flatMap((carry) => carry.consumers.flatMap((index) => arriving(context, carry, index))),
    ...carries.flatMap(({ more }) => more),
  ];
}

/** What a RUN that uses its own set-up has to take back; a login becomes a variable in its place. */
function staying({ run, parts, before, after }: Carry): Change[] {
  if (after !== undefined) return [insertion(endOf(run), ` && ${after}`)];
  return parts.map((index) => ({ kind: 'replace', range: run.parts[index]!.range, text: before }));
}

function arriving(context: RuleContext, { before, after, cleans }: Carry, index: number): Change[] {
  const run = runOf(context.dockerfile, index);
  const { start, end } = run.quoted ?? { start: run.parts[0]!.range.start, end: endOf(run) };
  const changes = [insertion(start, `${before} && `)];
  if (after !== undefined && !cleans.includes(index)) changes.push(insertion(end, ` && ${after}`));
  return changes;
}

function insertion(at: number, text: string): Change {
  return { kind: 'replace', range: { start: at, end: at }, text };
}

function endOf(run: Run): number {
  return run.parts.at(-1)!.range.end;
}

/**
 * Whether text may be put in front of a RUN, and with `behind` also behind it, without a change of its meaning.
 *
 * Also in the JSON form, when that is nothing but a shell with a script.
 */
export function isOpen(context: RuleContext, run: Run, behind: boolean): boolean {
  const { instruction, parts, commands } = run;
  if (parts.length === 0 || instruction.heredocs.length > 0 || !isPosix(context, run)) return false;
  // `a && b & c`: what is put in front would run beside the rest.
  if (parts.some(({ operator }) => operator === '&')) return false;
  // `echo x || exit 1` never comes to its end when it fails, and then there is no layer.
  const leaving = commands.filter(({ program }) => /^(?:exit|exec|trap|return)$/.test(program));
  return !behind || leaving.every((command) => /^exit [1-9]\d*$/.test([command.program, ...command.args].join(' ')));
}

function isPosix(context: RuleContext, { instruction, script }: Run): boolean {
  // `["sh", "-c", "…"]` brings a shell of its own.
  if (instruction.json) return script !== undefined;
  return shellAt(context.dockerfile, instruction).some((word) => /(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(word));
}

/** The index of the part that is this command and nothing else. */
export function partOf(run: Run, { range }: Command): number | undefined {
  const index = partAt(run, range.start);
  return index !== undefined && run.parts[index]!.range.end === range.end ? index : undefined;
}

const partStarts = new WeakMap<Run['parts'], ReadonlyMap<number, number>>();

/** The index of the part that begins there. */
function partAt({ parts }: Run, offset: number): number | undefined {
  const known = partStarts.get(parts) ?? new Map(parts.map(({ range }, index) => [range.start, index]));
  partStarts.set(parts, known);
  return known.get(offset);
}

/** Whether these parts can be cut out of the RUN. */
export function isCuttable(run: Run, parts: readonly number[]): boolean {
  return parts.length === run.parts.length || parts.every((index) => run.parts[index]?.removal !== undefined);
}

/** The shell text of a RUN in one line, continuations joined; undefined where it cannot be one line. */
export function oneLine({ script }: Run, range: Range): string | undefined {
  const start = script === undefined ? -1 : unitAt(script, range.start);
  if (script === undefined || start < 0) return undefined;
  const line = script.text.slice(start, firstUnitFrom(script.offsets, range.end));
  return line.includes('\n') ? undefined : line;
}

/** Whether the value of a secret itself stands there: text with a value goes nowhere. `%s` is no value. */
export function holdsLiteral(context: RuleContext, range: Range): boolean {
  return context.literals.some(
    ({ secret, ...literal }) => !context.secrets.weak(secret) && inside(literal.range, range),
  );
}
