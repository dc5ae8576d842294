import type { Finding } from '../finding.ts';
import { type Carry, carryChanges } from './carry.ts';
import { carryOf, isTaken } from './carry-of.ts';
import type { RuleContext } from './context.ts';
import { type Carrier, flowOf } from './flow.ts';
import { keptIsolation } from './isolated.ts';
import { keptJoin } from './kept-join.ts';
import { mountOn, variableMount } from './mounts.ts';
import { npmConfigWrites } from './npm-config.ts';
import type { Obstacle } from './obstacles.ts';
import { givesValue } from './output.ts';
import { at, leaves, linesOf } from './place.ts';
import { type Run, runsOf, type Use, usesOf } from './runs.ts';
import { type SecretVariable, secretVariables } from './scope.ts';

/** A use of a secret whose value the RUN keeps. */
export interface KeptUse {
  run: Run;
  held: SecretVariable;
  use: Use;
  obstacle: Obstacle;
  /** How it is mended without a person. */
  carry?: Carry;
}

/**
 * Every secret that a RUN keeps, by the reason that `why` gives for a use; one finding a secret and RUN.
 *
 * What npm's family expands later is the matter of `npmrc-echo`. `unnamed` tells uses of a variable that no text names.
 */
export function keptUses(
  context: RuleContext,
  why: (run: Run, use: Use) => Obstacle | undefined,
  unnamed: (run: Run, variable: string) => readonly Use[] = () => [],
): { kept: KeptUse; all: readonly KeptUse[] }[] {
  const { carriers } = flowOf(context);
  return runsOf(context.dockerfile).flatMap((run) => {
    const all = secretVariables(run, carriers).flatMap((held) => [
      ...keptIn(context, run, held, why),
      ...unnamedIn(run, held, isHanded(run, held, carriers) ? unnamed(run, held.variable) : [], why),
    ]);
    const firsts = new Map<SecretVariable, KeptUse>();
    for (const kept of all) if (!firsts.has(kept.held)) firsts.set(kept.held, kept);
    return [...firsts.values()].map((kept) => ({ kept, all }));
  });
}

function keptIn(
  context: RuleContext,
  run: Run,
  held: SecretVariable,
  why: (run: Run, use: Use) => Obstacle | undefined,
): KeptUse[] {
  const deferred = new Set(held.mounted || held.derived ? [] : npmConfigWrites(run));
  return usesOf(run, held.variable).flatMap((use) => {
    if (deferred.has(use) || !givesValue(run, use)) return [];
    const obstacle = why(run, use);
    if (!obstacle) return [];
    // What moves into another RUN would lack the variable that this one sets.
    const carry = held.derived ? undefined : carryOf(context, run, use, held.secret);
    // The name behind a mount of the user's own is not safebuild's to hand to other RUNs.
    const usable = carry && !(held.mounted && carry.consumers.length > 0);
    return [{ run, held, use, obstacle, ...(usable && { carry }) }];
  });
}

/** Whether the RUN has the variable in its environment once the Dockerfile is rewritten. */
function isHanded(run: Run, { variable, mounted, derived }: SecretVariable, carriers: readonly Carrier[]): boolean {
  if (mounted || derived) return mounted && !derived;
  return carriers.some((one) => one.variable === variable && one.readers.some((by) => by.instruction === run.index));
}

/** What else stands in the file is not known, so that nothing is moved. */
function unnamedIn(
  run: Run,
  held: SecretVariable,
  uses: readonly Use[],
  why: (run: Run, use: Use) => Obstacle | undefined,
): KeptUse[] {
  return uses.flatMap((use) => {
    const obstacle = why(run, use);
    return obstacle ? [{ run, held, use, obstacle }] : [];
  });
}

/** The finding of a secret that a RUN keeps: mended, for a person, or in a stage that stays on the builder a warning. */
export function keptFinding(context: RuleContext, rule: string, kept: KeptUse, all: readonly KeptUse[]): Finding {
  const { run, held, obstacle, use } = kept;
  const base = { rule, secret: held.secret, message: obstacle.message, location: at(context, run.index) };
  // What a stage outside of the image holds stays on the builder; what else is copied out of it, the proof searches.
  if (!isTaken(context, run, use)) return { ...base, remedy: obstacle.remedy, level: 'warning' };
  const own = all.filter((other) => other.held === held);
  if (!own.every(({ carry }) => carry)) {
    const one = joinedFix(context, kept, all) ?? isolatedFix(context, kept, own);
    if (one) return { ...base, ...one, level: 'error' };
    const stage = context.dockerfile.stages[run.instruction.stage ?? -1];
    const taken = stage && !leaves(context, stage) ? 'Another stage copies it from there. ' : '';
    const why = own.map((one) => keptIsolation(context, one.use)).find((refused) => refused && 'why' in refused);
    const more = why && 'why' in why && why.why !== '' ? ` ${why.why}` : '';
    return { ...base, remedy: `${taken}${obstacle.remedy}${more}`, level: 'error', needsPerson: true };
  }
  const carries = distinct(all.flatMap(({ carry }) => (carry ? [carry] : [])));
  const mine = distinct(own.flatMap(({ carry }) => (carry ? [carry] : [])));
  const runs = mine.flatMap((carry) => [...(carry.own && !held.mounted ? [run.index] : []), ...carry.consumers]);
  const mounts = held.mounted || held.derived ? [] : mountOn(runs, variableMount(held.secret, held.variable));
  return {
    ...base,
    level: 'error',
    remedy: remedyOf(context, run, mine),
    fix: { title: mine[0]!.title, changes: [...carryChanges(context, carries), ...mounts] },
  };
}

/** Where the steps cannot be moved, but a later RUN takes the secret back: all of them become one RUN. */
function joinedFix(
  context: RuleContext,
  { run, held }: KeptUse,
  all: readonly KeptUse[],
): Pick<Finding, 'fix' | 'remedy'> | undefined {
  // A part that moves into another RUN cannot also be joined to it.
  if (all.some(({ carry }) => carry && !carry.own)) return undefined;
  const joins = keptJoin(
    context,
    run,
    all.filter(({ carry }) => !carry).map(({ use }) => use),
  );
  if (!joins) return undefined;
  const mounts = held.mounted || held.derived ? [] : mountOn([run.index], variableMount(held.secret, held.variable));
  const joined = joins.flatMap((change) => (change.kind === 'join' ? [change.instruction] : []));
  return {
    remedy: `Make one RUN of ${linesOf(context, [run.index, ...joined])}: what is gone when a RUN ends is in no layer.`,
    fix: { title: 'Write, use and remove it in one RUN.', changes: [...joins, ...mounts] },
  };
}

/** Where something else stands between: the step that writes the file gets a stage of its own, and those that read it a mount. */
function isolatedFix(
  context: RuleContext,
  { run, held }: KeptUse,
  own: readonly KeptUse[],
): Pick<Finding, 'fix' | 'remedy'> | undefined {
  const found = own.filter(({ carry }) => !carry).map(({ use }) => keptIsolation(context, use));
  const changes = found.flatMap((isolation) => (isolation && 'changes' in isolation ? [isolation.changes] : []));
  if (changes.length < found.length) return undefined;
  const mounts = held.mounted || held.derived ? [] : mountOn([run.index], variableMount(held.secret, held.variable));
  return {
    remedy: 'Write it in a stage of its own, and mount it where it is used.',
    fix: { title: 'Write the file in a stage of its own.', changes: [...(changes[0] ?? []), ...mounts] },
  };
}

/** Two secrets in one command move together. */
function distinct(carries: readonly Carry[]): Carry[] {
  const first = new Map<string, Carry>();
  for (const carry of carries) if (!first.has(carry.parts.join())) first.set(carry.parts.join(), carry);
  return [...first.values()];
}

function remedyOf(context: RuleContext, run: Run, carries: readonly Carry[]): string {
  const consumers = carries.flatMap((carry) => carry.consumers);
  const own = carries.some((carry) => carry.own);
  const lines = linesOf(context, own ? [run.index, ...consumers] : consumers);
  const back = carries.some(({ after }) => after !== undefined) ? ', and take it back before the step ends' : '';
  return `Do it in the step that needs it, on ${lines}${back}.`;
}
