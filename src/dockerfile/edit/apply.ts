import { SafebuildError, unreachable } from '../../errors.ts';
import type { Change, Range, SecretMount } from '../../finding.ts';
import { readDirectives } from '../directives.ts';
import { splitLines } from '../lines.ts';
import type { Dockerfile, Instruction } from '../model.ts';
import { parseDockerfile } from '../parse.ts';
import { quotedShell, withinQuotes } from '../shell/quoted.ts';
import { words } from '../words.ts';
import { joinEdits } from './join.ts';
import { linesBehind } from './lines-behind.ts';
import { type MountOptions, mountSecrets, runText } from './mount.ts';
import { bindFlag } from './mount-flag.ts';
import { pairsOf, removePairs } from './pairs.ts';
import { type PlannedEdit, sortEdits, splice } from './splice.ts';

export interface ApplyOptions extends MountOptions {
  /** Whatever remains keeps its line number, so that messages of the build show the user's own; else lines go wholly. */
  keepLines: boolean;
}

/** A change that was not made. `instruction` is an index; absent when the change is of no instruction. */
export interface ApplyProblem {
  instruction?: number;
  message: string;
}

export interface Applied {
  text: string;
  problems: ApplyProblem[];
}

/** All that is to be done to one instruction. */
interface Plan {
  remove: boolean;
  pairs: Set<number>;
  mounts: SecretMount[];
  binds: string[];
  /** The shell text of the RUN that it becomes. */
  run?: string;
  after: string[];
}

/**
 * Makes changes in a Dockerfile, all together.
 *
 * Changes of one instruction add up: pairs that go, secrets that are mounted. When an instruction goes, its other changes
 * are moot. What cannot be made, or would not leave a Dockerfile, is a problem and is not made; unrelated instructions stay
 * byte for byte.
 */
export function applyChanges(dockerfile: Dockerfile, changes: readonly Change[], options: ApplyOptions): Applied {
  const problems: ApplyProblem[] = [];
  const plans = planChanges(dockerfile, changes, problems);
  const removed = [...plans].filter(([, plan]) => plan.remove).map(([index]) => dockerfile.instructions[index]!);
  const planned: PlannedEdit[] = [];
  for (const [index, plan] of plans) planned.push(...instructionEdits(dockerfile, index, plan, options, problems));
  planned.push(...replacements(dockerfile, changes, removed));
  planned.push(...joinEdits(dockerfile, changes, removed, options.keepLines, problems));
  const made = sortEdits(planned);
  const whole = sortEdits([...made.edits, ...linesBehind(dockerfile, plans, made.edits, options.keepLines)]);
  for (const { instruction } of [...made.conflicts, ...whole.conflicts]) {
    problems.push({
      ...at(instruction),
      message: 'two changes of this place exclude each other: only the first was made',
    });
  }
  const spliced = splice(dockerfile.source, whole.edits);
  const blank = blankLine(dockerfile, spliced);
  const text = blank.length === 0 ? spliced : splice(dockerfile.source, sortEdits([...whole.edits, ...blank]).edits);
  const broken = text === dockerfile.source ? undefined : fault(text);
  if (broken === undefined) return { text, problems };
  return {
    text: dockerfile.source,
    problems: [...problems, { message: `the changes would break the file: ${broken}` }],
  };
}

function planChanges(dockerfile: Dockerfile, changes: readonly Change[], problems: ApplyProblem[]): Map<number, Plan> {
  const plans = new Map<number, Plan>();
  for (const change of changes) {
    if (change.kind === 'replace' || change.kind === 'join') continue;
    const instruction = dockerfile.instructions[change.instruction];
    const problem = instruction === undefined ? 'no such instruction' : refusal(instruction, change);
    if (problem !== undefined) {
      problems.push({ instruction: change.instruction, message: problem });
      continue;
    }
    const plan = plans.get(change.instruction) ?? { remove: false, pairs: new Set(), mounts: [], binds: [], after: [] };
    plans.set(change.instruction, plan);
    addChange(plan, change);
  }
  for (const [index, plan] of plans) {
    const count = pairsOf(dockerfile.instructions[index]!).length;
    if (count > 0 && plan.pairs.size === count) plan.remove = true;
  }
  return plans;
}

type InstructionChange = Exclude<Change, { kind: 'replace' | 'join' }>;

function refusal(instruction: Instruction, change: InstructionChange): string | undefined {
  if (change.kind === 'remove-instruction' && instruction.keyword === 'FROM') return 'a FROM cannot be removed';
  if (change.kind === 'remove-pair' && pairsOf(instruction)[change.pair] === undefined) return 'no such pair';
  return undefined;
}

function addChange(plan: Plan, change: InstructionChange): void {
  switch (change.kind) {
    case 'remove-instruction':
      plan.remove = true;
      return;
    case 'remove-pair':
      plan.pairs.add(change.pair);
      return;
    case 'mount':
      plan.mounts.push(change.mount);
      return;
    case 'run':
      plan.run = change.command;
      return;
    case 'bind':
      plan.binds.push(bindFlag(change.from, change.path));
      return;
    case 'insert-after':
      // Two rules may ask for the same lines.
      if (!change.lines.every((line) => plan.after.includes(line))) plan.after.push(...change.lines);
      return;
    default:
      unreachable(change);
  }
}

function instructionEdits(
  dockerfile: Dockerfile,
  index: number,
  plan: Plan,
  options: ApplyOptions,
  problems: ApplyProblem[],
): PlannedEdit[] {
  const instruction = dockerfile.instructions[index]!;
  if (plan.remove) return [{ range: instruction.lineRange, text: '', instruction: index }];
  if (plan.run !== undefined) {
    return [{ range: instruction.range, text: runText(plan.run, plan.mounts, options), instruction: index }];
  }
  const edits: PlannedEdit[] = [];
  if (plan.pairs.size > 0) edits.push(...removePairs(dockerfile, instruction, plan.pairs, options.keepLines));
  if (plan.mounts.length > 0) {
    const mounted = mountSecrets(dockerfile, instruction, plan.mounts, options);
    edits.push(...mounted.edits);
    problems.push(...mounted.problems.map((message) => ({ instruction: index, message })));
  }
  const end = instruction.keywordRange.end;
  const binds = [...new Set(plan.binds)];
  if (binds.length > 0) edits.push({ range: { start: end, end }, text: ` ${binds.join(' ')}` });
  return edits.map((edit) => ({ ...edit, instruction: index }));
}

/** A line break in place of the first instruction, where a comment that comes to the top would be a parser directive. */
function blankLine(dockerfile: Dockerfile, text: string): PlannedEdit[] {
  const { directives, instructions, newline } = dockerfile;
  const { start } = instructions[0]!.lineRange;
  return directivesIn(text) === directives.length ? [] : [{ range: { start, end: start }, text: newline }];
}

function directivesIn(text: string): number | undefined {
  try {
    return readDirectives(text, splitLines(text)).length;
  } catch (error) {
    if (error instanceof SafebuildError) return undefined;
    throw error;
  }
}

function replacements(
  dockerfile: Dockerfile,
  changes: readonly Change[],
  removed: readonly Instruction[],
): PlannedEdit[] {
  const gone = new Set(removed);
  return changes.flatMap((change) => {
    if (change.kind !== 'replace') return [];
    const { range, text } = change;
    const index = instructionAround(dockerfile, range);
    const instruction = dockerfile.instructions[index];
    if (instruction && gone.has(instruction)) return [];
    return [
      {
        range,
        text: instruction ? asWritten(instruction, range, text) : text,
        ...at(index === -1 ? undefined : index),
      },
    ];
  });
}

/** The index of the instruction on whose lines the range lies; -1 when there is none. */
function instructionAround({ instructions }: Dockerfile, { start, end }: Range): number {
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instructions[middle]!.lineRange.end <= start) low = middle + 1;
    else high = middle;
  }
  const lineRange = instructions[low]?.lineRange;
  if (lineRange && start >= lineRange.start && end <= lineRange.end) return low;
  // The end of the last line has no line break to lie in front of.
  return start === end && low > 0 && instructions[low - 1]!.range.end === start ? low - 1 : -1;
}

/** Text of a shell as it is written there: in a string of the JSON form, or in the quotes of `sh -c '…'`. */
function asWritten(instruction: Instruction, range: Range, text: string): string {
  if (inString(instruction, range)) return JSON.stringify(text).slice(1, -1);
  const quoted = instruction.keyword === 'RUN' ? quotedShell(instruction) : undefined;
  const isInside = quoted && quoted.opening < range.start && range.end <= quoted.closing;
  return isInside ? withinQuotes(text, quoted.quote) : text;
}

/** Whether the range lies between the quotes of a string of the JSON form. */
function inString({ onbuild, ...outer }: Instruction, range: Range): boolean {
  const instruction = onbuild ?? outer;
  if (instruction.json === undefined) return false;
  return words(instruction).some((word) => word.range.start < range.start && range.end < word.range.end);
}

function at(instruction: number | undefined): { instruction?: number } {
  return instruction === undefined ? {} : { instruction };
}

function fault(text: string): string | undefined {
  try {
    parseDockerfile(text);
    return undefined;
  } catch (error) {
    if (error instanceof SafebuildError) return error.message;
    throw error;
  }
}
