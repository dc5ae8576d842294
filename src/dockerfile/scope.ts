import { SafebuildError } from '../errors.ts';
import { expandWord, variablesIn } from './expand.ts';
import type { Dockerfile, Instruction, Pair, Stage } from './model.ts';

/** One name that an ARG or ENV declares; `index` is the place in `Instruction.pairs`. */
export interface Declaration {
  instruction: Instruction;
  pair: Pair;
  index: number;
}

/**
 * The ARG names that an instruction can expand, each with its last declaration before the instruction.
 *
 * A FROM and the ARGs before it see the global ARGs; everything else those of its own stage and of the stages that it is
 * built on. A global ARG is visible in a stage only when the stage declares it again (seen with BuildKit of Docker 28.5).
 */
export function argScope(dockerfile: Dockerfile, instruction: Instruction): Map<string, Declaration> {
  const stage = stageOfInstruction(dockerfile, instruction);
  if (stage === undefined || instruction.keyword === 'FROM') {
    return declarations(before(dockerfile.globalArgs, instruction), 'ARG');
  }
  return declarations(instructionsBefore(stage, instruction), 'ARG');
}

/** The ENV names that an instruction sees, those of parent stages included; a base image's own are unknown. */
export function envAt(dockerfile: Dockerfile, instruction: Instruction): Map<string, Declaration> {
  const stage = stageOfInstruction(dockerfile, instruction);
  return stage === undefined ? new Map() : declarations(instructionsBefore(stage, instruction), 'ENV');
}

function stageOfInstruction(dockerfile: Dockerfile, instruction: Instruction): Stage | undefined {
  return instruction.stage === undefined ? undefined : dockerfile.stages[instruction.stage];
}

function before(instructions: readonly Instruction[], instruction: Instruction): Instruction[] {
  return instructions.filter(({ range }) => range.start < instruction.range.start);
}

function instructionsBefore(stage: Stage, instruction: Instruction): Instruction[] {
  return [...inherited(stage), ...before(stage.instructions, instruction)];
}

function inherited(stage: Stage): Instruction[] {
  const parents = stage.parent === undefined ? (stage.maybeParents ?? []) : [stage.parent];
  return parents.flatMap((parent) => [...inherited(parent), ...parent.instructions]);
}

function declarations(instructions: readonly Instruction[], keyword: 'ARG' | 'ENV'): Map<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const instruction of instructions) {
    if (instruction.keyword !== keyword) continue;
    for (const [index, pair] of (instruction.pairs ?? []).entries()) {
      found.set(pair.name, { instruction, pair, index });
    }
  }
  return found;
}

/** What is known of the state that an instruction runs in. Undefined anywhere means: not known from the text. */
interface State {
  env: Map<string, string | undefined>;
  args: Map<string, string | undefined>;
  workdir: string | undefined;
  user: string | undefined;
  /** The stage starts from nothing, so that what is not declared is not set. */
  scratch: boolean;
}

/**
 * The value that `$name` has at an instruction; undefined when the text does not tell.
 *
 * ARG values are their defaults, unless `buildArgs` has another. ENV wins over ARG, as in BuildKit.
 */
export function valueAt(
  dockerfile: Dockerfile,
  instruction: Instruction,
  name: string,
  buildArgs: ReadonlyMap<string, string> = new Map(),
): string | undefined {
  return variable(stateAt(dockerfile, instruction, buildArgs), name);
}

/** The absolute WORKDIR at an instruction; undefined until one is set on an unknown base, or when a variable is unknown. */
export function workdirAt(
  dockerfile: Dockerfile,
  instruction: Instruction,
  buildArgs: ReadonlyMap<string, string> = new Map(),
): string | undefined {
  return stateAt(dockerfile, instruction, buildArgs).workdir;
}

/** The USER at an instruction, as written with variables expanded; undefined when the base decides. */
export function userAt(
  dockerfile: Dockerfile,
  instruction: Instruction,
  buildArgs: ReadonlyMap<string, string> = new Map(),
): string | undefined {
  return stateAt(dockerfile, instruction, buildArgs).user;
}

function stateAt(dockerfile: Dockerfile, instruction: Instruction, buildArgs: ReadonlyMap<string, string>): State {
  const stage = stageOfInstruction(dockerfile, instruction);
  const global = emptyState(true);
  for (const arg of before(dockerfile.globalArgs, instruction)) apply(dockerfile, global, arg, buildArgs, global);
  if (stage === undefined || instruction.keyword === 'FROM') return global;
  const chain = stageChain(stage);
  const scratch = chain[0]!.image === 'scratch';
  const state = emptyState(scratch);
  for (const step of [
    ...chain.slice(0, -1).flatMap((one) => one.instructions),
    ...before(stage.instructions, instruction),
  ]) {
    apply(dockerfile, state, step, buildArgs, global);
  }
  return state;
}

function stageChain(stage: Stage): Stage[] {
  return stage.parent === undefined ? [stage] : [...stageChain(stage.parent), stage];
}

function emptyState(scratch: boolean): State {
  const start = scratch ? { workdir: '/', user: 'root' } : { workdir: undefined, user: undefined };
  return { env: new Map(), args: new Map(), scratch, ...start };
}

function apply(
  dockerfile: Dockerfile,
  state: State,
  instruction: Instruction,
  buildArgs: ReadonlyMap<string, string>,
  global: State,
): void {
  const expand = (word: string) => expandKnown(dockerfile, state, word);
  switch (instruction.keyword) {
    case 'ENV': {
      // All pairs of one ENV see the state before it.
      const values = (instruction.pairs ?? []).map((pair) => [pair.name, expand(pair.raw ?? '')] as const);
      for (const [name, value] of values) state.env.set(name, value);
      return;
    }
    case 'ARG':
      for (const pair of instruction.pairs ?? []) {
        const given = buildArgs.get(pair.name);
        const fallback = pair.raw === undefined ? global.args.get(pair.name) : expand(pair.raw);
        state.args.set(pair.name, given ?? fallback);
      }
      return;
    case 'WORKDIR':
      state.workdir = join(state.workdir, expand(instruction.text));
      return;
    case 'USER':
      state.user = expand(instruction.text);
      return;
    default:
  }
}

function variable(state: State, name: string): string | undefined {
  if (state.env.has(name)) return state.env.get(name);
  if (state.args.has(name)) return state.args.get(name);
  return undefined;
}

function expandKnown(dockerfile: Dockerfile, state: State, word: string): string | undefined {
  const known = (name: string) =>
    variable(state, name) !== undefined || (state.scratch && !state.env.has(name) && !state.args.has(name));
  if (!variablesIn(word, dockerfile.escape).every(({ name }) => known(name))) return undefined;
  try {
    return expandWord(word, (name) => variable(state, name), dockerfile.escape);
  } catch (error) {
    if (error instanceof SafebuildError) return undefined;
    throw error;
  }
}

function join(base: string | undefined, path: string | undefined): string | undefined {
  if (path === undefined || path.includes('\\') || /^[A-Za-z]:/.test(path)) return undefined;
  if (!path.startsWith('/') && base === undefined) return undefined;
  const parts: string[] = [];
  for (const part of `${path.startsWith('/') ? '' : base}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The program that runs the shell form at an instruction: the last SHELL, `/bin/sh -c` by default. */
export function shellAt(dockerfile: Dockerfile, instruction: Instruction): readonly string[] {
  const stage = stageOfInstruction(dockerfile, instruction);
  const earlier = stage === undefined ? [] : instructionsBefore(stage, instruction);
  return earlier.filter(({ keyword }) => keyword === 'SHELL').at(-1)?.json ?? ['/bin/sh', '-c'];
}
