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

/** The stage that an instruction stands in; undefined before the first FROM. */
export function stageOfInstruction(dockerfile: Dockerfile, instruction: Instruction): Stage | undefined {
  return instruction.stage === undefined ? undefined : dockerfile.stages[instruction.stage];
}

/** The instructions that stand before another in the file. */
export function before(instructions: readonly Instruction[], instruction: Instruction): Instruction[] {
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

/** The program that runs the shell form at an instruction: the last SHELL, `/bin/sh -c` by default. */
export function shellAt(dockerfile: Dockerfile, instruction: Instruction): readonly string[] {
  const stage = stageOfInstruction(dockerfile, instruction);
  const earlier = stage === undefined ? [] : instructionsBefore(stage, instruction);
  return earlier.filter(({ keyword }) => keyword === 'SHELL').at(-1)?.json ?? ['/bin/sh', '-c'];
}
