import { applyChanges, type Dockerfile, parseDockerfile } from '../../../src/dockerfile/index.ts';
import type { Finding } from '../../../src/finding.ts';
import { type Plan, plan, runRules } from '../../../src/rules/index.ts';
import { contextOf } from '../rules/case.ts';
import type { Generated } from './dockerfiles.ts';

/** One pass of the rules over a Dockerfile, as a build makes it. */
export interface Mended {
  before: Dockerfile;
  findings: readonly Finding[];
  planned: Plan;
  text: string;
  problems: readonly string[];
}

/** Mends a generated Dockerfile once; `ignore` are lines that passes before it have added. */
export function mendOnce({ source, given }: Generated, ignore: readonly string[] = []): Mended {
  const before = parseDockerfile(source);
  const findings = runRules(contextOf(source, given, ignore));
  const planned = plan(findings);
  const { text, problems } = applyChanges(before, planned.changes, { secretEnv: true, keepLines: false });
  return { before, findings, planned, text, problems: problems.map(({ message }) => message) };
}

/** The indexes of the instructions that a plan changes. */
export function touched({ before, planned }: Mended): ReadonlySet<number> {
  return new Set(
    planned.changes.flatMap((change) => {
      if ('instruction' in change) return 'to' in change ? [change.instruction, change.to] : [change.instruction];
      return before.instructions.flatMap(({ range }, index) =>
        change.range.start <= range.end && range.start <= change.range.end ? [index] : [],
      );
    }),
  );
}
