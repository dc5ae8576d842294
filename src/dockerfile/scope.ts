import type { Dockerfile, Instruction, Stage } from './model.ts';

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

/** The program that runs the shell form at an instruction: the last SHELL, `/bin/sh -c` by default. */
export function shellAt(dockerfile: Dockerfile, instruction: Instruction): readonly string[] {
  const stage = stageOfInstruction(dockerfile, instruction);
  const earlier = stage === undefined ? [] : instructionsBefore(stage, instruction);
  return earlier.filter(({ keyword }) => keyword === 'SHELL').at(-1)?.json ?? ['/bin/sh', '-c'];
}
