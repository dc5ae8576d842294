import type { Instruction } from '../dockerfile/index.ts';
import type { Finding } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { isBuilt } from './place.ts';

/** The finding, or only a warning where it stands in a stage that the target does not need: BuildKit never runs it. */
export function reachable(context: RuleContext, finding: Finding): Finding {
  const { location } = finding;
  if (location.kind !== 'dockerfile' || finding.level !== 'error') return finding;
  const instruction = instructionOn(context, location.line);
  if (!instruction || isBuilt(context, instruction)) return finding;
  const { needsPerson: _, ...rest } = finding;
  return { ...rest, level: 'warning' };
}

/** The instruction that stands on the line. */
function instructionOn({ dockerfile: { instructions } }: RuleContext, line: number): Instruction | undefined {
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instructions[middle]!.endLine < line) low = middle + 1;
    else high = middle;
  }
  const found = instructions[low];
  return found && found.line <= line ? found : undefined;
}
