import type { Dockerfile, Instruction, Stage } from './model.ts';

/** The stage that an instruction stands in; undefined before the first FROM. */
export function stageOfInstruction(dockerfile: Dockerfile, instruction: Instruction): Stage | undefined {
  return instruction.stage === undefined ? undefined : dockerfile.stages[instruction.stage];
}

/** The instructions that stand before another in the file. */
export function before(instructions: readonly Instruction[], instruction: Instruction): Instruction[] {
  return instructions.filter(({ range }) => range.start < instruction.range.start);
}

/** The program that runs the shell form at an instruction: the last SHELL, `/bin/sh -c` by default. */
export function shellAt(dockerfile: Dockerfile, instruction: Instruction): readonly string[] {
  const stage = stageOfInstruction(dockerfile, instruction);
  const found = stage && (lastShell(before(stage.instructions, instruction)) ?? inheritedShell(dockerfile, stage));
  return found?.json ?? ['/bin/sh', '-c'];
}

function lastShell(instructions: readonly Instruction[]): Instruction | undefined {
  return instructions.findLast(({ keyword }) => keyword === 'SHELL');
}

const shells = new WeakMap<Dockerfile, ReadonlyMap<Stage, Instruction | undefined>>();

/** The last SHELL of the stages that a stage is built FROM; told for all stages at once, for there may be thousands. */
function inheritedShell(dockerfile: Dockerfile, stage: Stage): Instruction | undefined {
  const known = shells.get(dockerfile) ?? lastShells(dockerfile.stages);
  shells.set(dockerfile, known);
  return parentsOf(stage).reduceRight<Instruction | undefined>(
    (found, parent) => found ?? known.get(parent),
    undefined,
  );
}

/** What SHELL a stage ends with. A stage is built FROM earlier ones only. */
function lastShells(stages: readonly Stage[]): ReadonlyMap<Stage, Instruction | undefined> {
  const found = new Map<Stage, Instruction | undefined>();
  for (const stage of stages) {
    const inherited = parentsOf(stage).reduceRight<Instruction | undefined>(
      (shell, parent) => shell ?? found.get(parent),
      undefined,
    );
    found.set(stage, lastShell(stage.instructions) ?? inherited);
  }
  return found;
}

function parentsOf(stage: Stage): readonly Stage[] {
  return stage.parent === undefined ? (stage.maybeParents ?? []) : [stage.parent];
}
