import { SafebuildError } from '../errors.ts';
import { expandWord, type Lookup, variablesIn } from './expand.ts';
import type { Dockerfile, EscapeChar, Instruction, Stage } from './model.ts';
import { words } from './words.ts';

/**
 * Groups instructions into stages and ties each FROM to the stage it names.
 *
 * A FROM may name a stage through a variable: it is expanded with `buildArgs` and the defaults of the global ARGs. As in
 * BuildKit, names are kept in lower case and FROM must write them so; of two stages with one name the later counts.
 */
export function buildStages(
  instructions: readonly Instruction[],
  escapeChar: EscapeChar,
  buildArgs: ReadonlyMap<string, string>,
): Stage[] {
  const lookup = globalLookup(instructions, escapeChar, buildArgs);
  const stages: Stage[] = [];
  const named = new Map<string, Stage>();
  const members = new Map<number, Instruction[]>();
  for (const instruction of instructions) {
    const { stage } = instruction;
    if (stage === undefined) continue;
    const list = members.get(stage);
    if (list) list.push(instruction);
    else members.set(stage, [instruction]);
  }
  for (const from of instructions) {
    if (from.keyword !== 'FROM') continue;
    const [image, , name] = words(from, escapeChar);
    const written = image!.raw;
    const parent = named.get(expandOrKeep(written, lookup, escapeChar));
    const maybeParents = parent === undefined ? matchingStages(stages, written, lookup, escapeChar) : [];
    const stage: Stage = {
      index: stages.length,
      from,
      image: written,
      instructions: members.get(stages.length) ?? [],
      ...(name === undefined ? {} : { name: name.raw.toLowerCase() }),
      ...(parent === undefined ? {} : { parent }),
      ...(maybeParents.length === 0 ? {} : { maybeParents }),
    };
    stages.push(stage);
    if (stage.name !== undefined) named.set(stage.name, stage);
  }
  return stages;
}

/** What a variable of a FROM stands for: a passed build argument, else the default of the last global ARG. */
function globalLookup(
  instructions: readonly Instruction[],
  escapeChar: EscapeChar,
  buildArgs: ReadonlyMap<string, string>,
): Lookup {
  const values = new Map<string, string>();
  const lookup: Lookup = (name) => values.get(name) ?? buildArgs.get(name);
  for (const instruction of instructions) {
    if (instruction.stage !== undefined) break;
    for (const { name, raw } of instruction.pairs ?? []) {
      const value = buildArgs.get(name) ?? (raw === undefined ? undefined : expandOrKeep(raw, lookup, escapeChar));
      if (value !== undefined) values.set(name, value);
    }
  }
  return lookup;
}

function expandOrKeep(word: string, lookup: Lookup, escapeChar: EscapeChar): string {
  try {
    return expandWord(word, lookup, escapeChar);
  } catch (error) {
    if (error instanceof SafebuildError) return word;
    throw error;
  }
}

/** `FROM base-${TARGETARCH}`: every stage that the word can name, whatever its unknown variables hold. */
function matchingStages(stages: readonly Stage[], word: string, lookup: Lookup, escapeChar: EscapeChar): Stage[] {
  const unknown = variablesIn(word, escapeChar).some(({ name }) => lookup(name) === undefined);
  if (!unknown) return [];
  const hole = '\u0000';
  const expanded = expandOrKeep(word, (name) => lookup(name) ?? hole, escapeChar);
  const pattern = expanded.split(hole).map((part) => part.replace(/[^\w-]/g, '\\$&'));
  const whole = new RegExp(`^${pattern.join('.*')}$`);
  return stages.filter(({ name }) => name !== undefined && whole.test(name));
}

function findLast<T>(list: readonly T[], test: (item: T) => boolean): T | undefined {
  for (let index = list.length - 1; index >= 0; index--) if (test(list[index]!)) return list[index];
  return undefined;
}

/**
 * The stage that `--target` names, in any case; the last one without a target.
 *
 * Undefined when there is none. A number is no target (seen with Docker 28.5), though `COPY --from=` takes one.
 */
export function stageOf(dockerfile: Dockerfile, target?: string): Stage | undefined {
  if (target === undefined || target === '') return dockerfile.stages.at(-1);
  return findLast(dockerfile.stages, ({ name }) => name === target.toLowerCase());
}

/** The stages that a stage is built on by FROM, nearest first. */
export function ancestors(stage: Stage): Stage[] {
  const list: Stage[] = [];
  for (let parent = stage.parent; parent !== undefined; parent = parent.parent) list.push(parent);
  return list;
}

/** A stage that an instruction reads from by `--from` or `--mount=…,from=`. */
export interface StageReference {
  instruction: Instruction;
  stage: Stage;
}

/** The references of a stage's own instructions to other stages of the file; images and named contexts are left out. */
export function references(dockerfile: Dockerfile, stage: Stage): readonly StageReference[] {
  const found = referencesOf.get(stage) ?? findReferences(dockerfile, stage);
  referencesOf.set(stage, found);
  return found;
}

const referencesOf = new WeakMap<Stage, readonly StageReference[]>();

function findReferences(dockerfile: Dockerfile, stage: Stage): StageReference[] {
  return stage.instructions.flatMap((instruction) =>
    sourceNames(instruction).flatMap((name) => {
      const source = referenced(dockerfile, stage, name);
      return source === undefined ? [] : [{ instruction, stage: source }];
    }),
  );
}

function sourceNames(instruction: Instruction): string[] {
  const names = instruction.onbuild === undefined ? [] : sourceNames(instruction.onbuild);
  for (const { name, value = '' } of instruction.flags) {
    if (name === 'from' && instruction.keyword !== 'RUN') names.push(value);
    if (name === 'mount') names.push(...[...value.matchAll(/(?:^|,)"?from=([^,"]*)/gi)].map((match) => match[1]!));
  }
  return names;
}

function referenced(dockerfile: Dockerfile, stage: Stage, name: string): Stage | undefined {
  const earlier = dockerfile.stages.slice(0, stage.index);
  const named = findLast(earlier, (other) => other.name === name.toLowerCase());
  return named ?? (/^\d+$/.test(name) ? earlier[Number(name)] : undefined);
}

/** All stages that BuildKit may run to build a stage, itself included, in file order. */
export function needed(dockerfile: Dockerfile, stage: Stage): Stage[] {
  const found = new Set<Stage>();
  const open = [stage];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    if (next.parent !== undefined) open.push(next.parent);
    open.push(...(next.maybeParents ?? []), ...references(dockerfile, next).map((reference) => reference.stage));
  }
  return [...found].sort((a, b) => a.index - b.index);
}
