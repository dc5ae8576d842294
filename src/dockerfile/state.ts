import { SafebuildError } from '../errors.ts';
import { expandWord, variablesIn } from './expand.ts';
import type { Dockerfile, Instruction, Stage } from './model.ts';
import { before, stageOfInstruction } from './scope.ts';

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
  const known = buildArgs.size === 0 ? knownStates(dockerfile) : undefined;
  const found = known?.get(instruction);
  if (found) return found;
  const state =
    stage === undefined || instruction.keyword === 'FROM'
      ? globalState(dockerfile, instruction, buildArgs)
      : stateInStage(dockerfile, stage, instruction, buildArgs, known);
  known?.set(instruction, state);
  return state;
}

const states = new WeakMap<Dockerfile, Map<Instruction, State>>();

/** The states that were asked for before, without build arguments: of a thousand RUNs each is asked for many times. */
function knownStates(dockerfile: Dockerfile): Map<Instruction, State> {
  const known = states.get(dockerfile) ?? new Map<Instruction, State>();
  states.set(dockerfile, known);
  return known;
}

function globalState(dockerfile: Dockerfile, instruction: Instruction, buildArgs: ReadonlyMap<string, string>): State {
  const global = emptyState(true);
  for (const arg of before(dockerfile.globalArgs, instruction)) apply(dockerfile, global, arg, buildArgs, global);
  return global;
}

function stateInStage(
  dockerfile: Dockerfile,
  stage: Stage,
  instruction: Instruction,
  buildArgs: ReadonlyMap<string, string>,
  known: ReadonlyMap<Instruction, State> | undefined,
): State {
  const chain = stageChain(stage);
  const steps = [...chain.slice(0, -1).flatMap((one) => one.instructions), ...before(stage.instructions, instruction)];
  const changing = steps.findLastIndex(({ keyword }) => /^(?:ENV|ARG|WORKDIR|USER)$/.test(keyword));
  const from = steps.findLastIndex((step) => known?.has(step) && step.keyword !== 'FROM');
  const start = from < 0 ? undefined : known?.get(steps[from]!);
  // What changes nothing leaves the state that the instruction before it had.
  if (start && changing < from) return start;
  const state = start ? copyOf(start) : emptyState(chain[0]!.image === 'scratch');
  const global = globalState(dockerfile, instruction, buildArgs);
  for (const step of steps.slice(Math.max(0, from))) apply(dockerfile, state, step, buildArgs, global);
  return state;
}

function copyOf(state: State): State {
  return { ...state, env: new Map(state.env), args: new Map(state.args) };
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
