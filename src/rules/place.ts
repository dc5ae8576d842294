import type { Instruction, Stage } from '../dockerfile/index.ts';
import { ancestors, needed, stageOf } from '../dockerfile/index.ts';
import type { DockerfileLocation } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { indexOf, type Run, runOf } from './runs.ts';

/** The lines of the instruction with this index. */
export function at(context: RuleContext, index: number): DockerfileLocation {
  const { line, endLine } = instructionAt(context, index);
  return { kind: 'dockerfile', path: context.path, line, endLine };
}

/** `line 4`, `lines 4 and 7`, `lines 4, 7 and 9`; each once, in order. */
export function linesOf(context: RuleContext, indexes: readonly number[]): string {
  const lines = [...new Set(indexes)].sort((a, b) => a - b).map((index) => String(instructionAt(context, index).line));
  const last = lines.at(-1) ?? '';
  return lines.length < 2 ? `line ${last}` : `lines ${lines.slice(0, -1).join(', ')} and ${last}`;
}

/** The instruction with this index; there always is one, for indexes come from the model itself. */
export function instructionAt(context: RuleContext, index: number): Instruction {
  const instruction = context.dockerfile.instructions[index];
  if (!instruction) throw new Error(`no instruction ${index}`);
  return instruction;
}

/** Whether what the stage sets and writes is part of the image: it is the target, or the target is built FROM it. */
export function inImage(context: RuleContext, stage: Stage): boolean {
  const target = stageOf(context.dockerfile, context.target);
  const known = imageStages.get(context) ?? new Set(target ? [target, ...ancestors(target)] : []);
  imageStages.set(context, known);
  return known.has(stage);
}

const imageStages = new WeakMap<RuleContext, ReadonlySet<Stage>>();

/** Whether the layers of the stage leave the machine: in the image, or in a cache that is exported with all stages. */
export function leaves(context: RuleContext, stage: Stage): boolean {
  return context.exportsStages === true || inImage(context, stage);
}

/** Whether the target needs the stage of this instruction at all; what stands before the first FROM always counts. */
export function isBuilt(context: RuleContext, instruction: Instruction): boolean {
  const target = stageOf(context.dockerfile, context.target);
  if (!target || instruction.stage === undefined) return true;
  const known = builtStages.get(context) ?? new Set(needed(context.dockerfile, target).map(({ index }) => index));
  builtStages.set(context, known);
  return known.has(instruction.stage);
}

const builtStages = new WeakMap<RuleContext, ReadonlySet<number>>();

/**
 * What follows the instruction with this index in its stage, and all of the stages that are built FROM that one.
 *
 * With `itself` the instruction is the first of them.
 */
export function instructionsAfter(context: RuleContext, index: number, itself = false): Instruction[] {
  const start = instructionAt(context, index).range.start;
  return stagesFrom(context, index).flatMap((stage) =>
    stage.instructions.filter(({ range }) => (itself ? range.start >= start : range.start > start)),
  );
}

/** The RUNs among `instructionsAfter`. */
export function runsAfter(context: RuleContext, index: number, itself = false): Run[] {
  const { dockerfile } = context;
  return instructionsAfter(context, index, itself).flatMap((instruction) =>
    instruction.keyword === 'RUN' ? [runOf(dockerfile, indexOf(dockerfile, instruction))] : [],
  );
}

/** The stage of the instruction with this index and the stages that are built FROM it. */
export function stagesFrom(context: RuleContext, index: number): readonly Stage[] {
  const { instructions, stages } = context.dockerfile;
  const stage = stages[instructions[index]?.stage ?? -1];
  if (!stage) return [];
  const found = descendants.get(stage) ?? withDescendants(stages, stage);
  descendants.set(stage, found);
  return found;
}

const descendants = new WeakMap<Stage, readonly Stage[]>();

/** A stage is built FROM earlier ones only. */
function withDescendants(stages: readonly Stage[], stage: Stage): Stage[] {
  const found = new Set([stage]);
  for (const other of stages) if (other.parent && found.has(other.parent)) found.add(other);
  return [...found];
}
