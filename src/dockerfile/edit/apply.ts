import { SafebuildError, unreachable } from '../../errors.ts';
import type { Change, SecretMount } from '../../finding.ts';
import { readDirectives } from '../directives.ts';
import { splitLines } from '../lines.ts';
import type { Dockerfile, Instruction } from '../model.ts';
import { parseDockerfile } from '../parse.ts';
import { type MountOptions, mountSecrets } from './mount.ts';
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
  const { edits, conflicts } = sortEdits(planned);
  for (const { instruction } of conflicts) {
    problems.push({
      ...at(instruction),
      message: 'two changes of this place exclude each other: only the first was made',
    });
  }
  const behind = linesBehind(dockerfile, plans, edits, options.keepLines);
  const text = splice(dockerfile.source, sortEdits([...edits, ...behind]).edits);
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
    if (change.kind === 'replace') continue;
    const instruction = dockerfile.instructions[change.instruction];
    const problem = instruction === undefined ? 'no such instruction' : refusal(instruction, change);
    if (problem !== undefined) {
      problems.push({ instruction: change.instruction, message: problem });
      continue;
    }
    const plan = plans.get(change.instruction) ?? { remove: false, pairs: new Set(), mounts: [], after: [] };
    plans.set(change.instruction, plan);
    addChange(plan, change);
  }
  for (const [index, plan] of plans) {
    const count = pairsOf(dockerfile.instructions[index]!).length;
    if (count > 0 && plan.pairs.size === count) plan.remove = true;
  }
  return plans;
}

type InstructionChange = Exclude<Change, { kind: 'replace' }>;

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
  if (plan.remove) return [removal(dockerfile, instruction, index, options.keepLines)];
  const edits: PlannedEdit[] = [];
  if (plan.pairs.size > 0) edits.push(...removePairs(dockerfile, instruction, plan.pairs, options.keepLines));
  if (plan.mounts.length > 0) {
    const mounted = mountSecrets(dockerfile, instruction, plan.mounts, options);
    edits.push(...mounted.edits);
    problems.push(...mounted.problems.map((message) => ({ instruction: index, message })));
  }
  return edits.map((edit) => ({ ...edit, instruction: index }));
}

function removal(dockerfile: Dockerfile, instruction: Instruction, index: number, keepLines: boolean): PlannedEdit {
  const { source, newline } = dockerfile;
  const range = instruction.lineRange;
  if (keepLines) return { range, text: '', instruction: index };
  // A comment that comes to the top must not turn into a parser directive.
  const rest = source.slice(0, range.start) + source.slice(range.end);
  const same = readDirectives(rest, splitLines(rest)).length === dockerfile.directives.length;
  return { range, text: same ? '' : newline, instruction: index };
}

function replacements(
  dockerfile: Dockerfile,
  changes: readonly Change[],
  removed: readonly Instruction[],
): PlannedEdit[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'replace') return [];
    const { range, text } = change;
    const moot = removed.some(({ lineRange }) => range.start >= lineRange.start && range.end <= lineRange.end);
    if (moot) return [];
    const index = dockerfile.instructions.findIndex(
      ({ lineRange }) => range.start >= lineRange.start && range.end <= lineRange.end && range.start < lineRange.end,
    );
    return [{ range, text, ...at(index === -1 ? undefined : index) }];
  });
}

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
function linesBehind(
  dockerfile: Dockerfile,
  plans: ReadonlyMap<number, Plan>,
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
