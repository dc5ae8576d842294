import type { Finding } from '../finding.ts';
import type { Rule, RuleContext } from './context.ts';
import { flowOf } from './flow.ts';
import { keptBy } from './kept.ts';
import { npmConfigWrites } from './npm-config.ts';
import type { Obstacle } from './obstacles.ts';
import { persistedSecretPage } from './pages/persisted-secret.ts';
import { at, leaves } from './place.ts';
import { type Run, runsOf } from './runs.ts';
import { type SecretVariable, secretVariables } from './scope.ts';

/** A RUN writes a secret into a file that stays. */
export const persistedSecret: Rule = {
  id: 'persisted-secret',
  title: 'A RUN writes a secret into a file that stays in the image',
  why: 'A secret mount keeps the value out of the Dockerfile, not out of the files that a step writes. What is still there when the RUN ends is in its layer for ever; a later RUN can only hide it.',
  explanation: persistedSecretPage,
  check(context) {
    const { carriers } = flowOf(context);
    return runsOf(context.dockerfile).flatMap((run) =>
      secretVariables(run, carriers).flatMap((held) => {
        const found = persisted(context, run, held);
        return found ? [finding(context, run, held, found)] : [];
      }),
    );
  },
};

function finding(context: RuleContext, run: Run, held: SecretVariable, found: Obstacle): Finding {
  const base = { rule: persistedSecret.id, secret: held.secret, ...found, location: at(context, run.index) };
  const stage = context.dockerfile.stages[run.instruction.stage ?? -1];
  // What a stage outside of the image holds stays on the builder; what is copied out of it, the proof searches.
  if (stage && !leaves(context, stage)) return { ...base, level: 'warning' };
  return { ...base, level: 'error', needsPerson: true };
}

function persisted(context: RuleContext, run: Run, held: SecretVariable): Obstacle | undefined {
  const deferred = held.mounted ? [] : npmConfigWrites(run);
  for (const use of run.uses) {
    if (use.name !== held.variable || deferred.includes(use) || !tellsValue(run, use)) continue;
    const expanded = use.nested || (use.quoting !== 'escaped' && use.quoting !== 'single');
    const found = expanded ? keptBy(context, run, use.range, `the value of ${use.name}`) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** `${X:+set}` says that there is a value, `${#X}` how long it is: neither is the value. */
function tellsValue(run: Run, { operator, range }: Run['uses'][number]): boolean {
  return operator !== '+' && operator !== ':+' && !run.source.startsWith('${#', range.start);
}
