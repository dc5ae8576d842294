import type { Finding } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { isBuilt } from './place.ts';

/** The finding, or only a warning where it stands in a stage that the target does not need: BuildKit never runs it. */
export function reachable(context: RuleContext, finding: Finding): Finding {
  const { location } = finding;
  if (location.kind !== 'dockerfile') return finding;
  const instruction = context.dockerfile.instructions.find(
    ({ line, endLine }) => line <= location.line && location.line <= endLine,
  );
  if (!instruction || finding.level !== 'error' || isBuilt(context, instruction)) return finding;
  const { needsPerson: _, ...rest } = finding;
  return { ...rest, level: 'warning' };
}
