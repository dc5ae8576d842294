import { ancestors, type Dockerfile, type Instruction, stageOf } from '../dockerfile/index.ts';
import type { DockerfileLocation } from '../finding.ts';

/** Instructions that leave no entry in an image's history. */
const silent = new Set(['FROM', 'ONBUILD']);

/**
 * Says which instruction made each history entry of the built image; undefined for those that came with the base image.
 *
 * BuildKit writes one entry an instruction, in order, each beginning with its keyword, behind those of the base image. So
 * both lists are aligned from their ends for as long as the keywords agree. `keywords` is the first word of
 * each entry.
 */
export function traceHistory(
  dockerfile: Dockerfile,
  target: string | undefined,
  keywords: readonly string[],
): (Instruction | undefined)[] {
  const stage = stageOf(dockerfile, target);
  const traced: (Instruction | undefined)[] = keywords.map(() => undefined);
  if (stage === undefined) return traced;
  // A FROM of another stage continues that stage's history.
  const chain = [stage, ...ancestors(stage)].sort((a, b) => a.index - b.index);
  const made = chain.flatMap((link) => link.instructions).filter((instruction) => !silent.has(instruction.keyword));
  for (let offset = 1; offset <= Math.min(keywords.length, made.length); offset++) {
    const instruction = made.at(-offset);
    if (instruction === undefined || keywords.at(-offset) !== instruction.keyword) break;
    traced[keywords.length - offset] = instruction;
  }
  return traced;
}

export function locationOf(instruction: Instruction, path: string): DockerfileLocation {
  return { kind: 'dockerfile', path, line: instruction.line, endLine: instruction.endLine };
}
