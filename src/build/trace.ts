import { ancestors, type Dockerfile, type Instruction, type Stage, stageOf } from '../dockerfile/index.ts';
import type { DockerfileLocation } from '../finding.ts';

/** Instructions that leave no entry in an image's history. */
const silent = new Set(['FROM', 'ONBUILD']);

/** The instruction that made a history entry, or `base`; undefined where that cannot be told. */
export type Traced = Instruction | 'base' | undefined;

/**
 * Says where each history entry of the built image comes from.
 *
 * BuildKit writes one entry an instruction, in order, each beginning with its keyword, behind those of the base image. So
 * both lists are aligned from their ends for as long as the keywords agree. Only where all instructions are found, the
 * entries before them are those of the base image (and of its ONBUILD, which cannot be told apart). `keywords` is the first
 * word of each entry.
 */
export function traceHistory(
  dockerfile: Dockerfile,
  target: string | undefined,
  keywords: readonly string[],
): Traced[] {
  const chain = chainOf(dockerfile, target);
  const made = chain.flatMap((link) => link.instructions).filter((instruction) => !silent.has(instruction.keyword));
  const traced: Traced[] = keywords.map(() => undefined);
  let found = 0;
  while (found < made.length && keywords.at(-1 - found) === made.at(-1 - found)!.keyword) {
    traced[keywords.length - 1 - found] = made.at(-1 - found);
    found++;
  }
  const rooted = chain.length > 0 && chain.every((stage) => stage.maybeParents === undefined);
  if (found === made.length && rooted) traced.fill('base', 0, keywords.length - found);
  return traced;
}

/** The image that the target is built on, as its FROM names it; undefined where a variable decides the stage. */
export function baseOf(dockerfile: Dockerfile, target: string | undefined): string | undefined {
  return chainOf(dockerfile, target)[0]?.image;
}

/** The stage and those that it continues, first things first: a FROM of another stage continues that stage's history. */
function chainOf(dockerfile: Dockerfile, target: string | undefined): Stage[] {
  const stage = stageOf(dockerfile, target);
  return stage === undefined ? [] : [stage, ...ancestors(stage)].sort((a, b) => a.index - b.index);
}

export function locationOf(instruction: Instruction, path: string): DockerfileLocation {
  return { kind: 'dockerfile', path, line: instruction.line, endLine: instruction.endLine };
}
