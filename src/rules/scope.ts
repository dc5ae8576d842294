import type { Range } from '../finding.ts';
import type { Carrier } from './flow.ts';
import { ownMounts } from './mounted-files.ts';
import { givesValue, isDigested, isWriter, seatOf } from './output.ts';
import { inside, type Run, type Use } from './runs.ts';
import { around, within } from './spans.ts';

/** A variable that holds a secret while a RUN runs. */
export interface SecretVariable {
  variable: string;
  secret: string;
  /** The RUN already has a secret mount for it. */
  mounted: boolean;
  /** The RUN itself sets it to another one of them: `export X=$TOKEN`. */
  derived?: true;
}

const seenIn = new WeakMap<readonly Carrier[], ReadonlyMap<number, readonly SecretVariable[]>>();

/** The variables of the carriers, by the RUNs that see them. */
function carriersSeen(carriers: readonly Carrier[]): ReadonlyMap<number, readonly SecretVariable[]> {
  const known = seenIn.get(carriers);
  if (known) return known;
  const byRun = new Map<number, SecretVariable[]>();
  for (const { variable, secret, seenBy } of carriers) {
    const held = { variable, secret, mounted: false };
    for (const index of seenBy) {
      const list = byRun.get(index);
      if (list) list.push(held);
      else byRun.set(index, [held]);
    }
  }
  seenIn.set(carriers, byRun);
  return byRun;
}

/** The variables that hold secrets in this RUN: by ARG and ENV, by the secret mounts that it has, and by its own text. */
export function secretVariables(run: Run, carriers: readonly Carrier[]): readonly SecretVariable[] {
  const known = cache.get(carriers) ?? new Map<Run, readonly SecretVariable[]>();
  cache.set(carriers, known);
  const variables = known.get(run) ?? variablesOf(run, carriers);
  known.set(run, variables);
  return variables;
}

const cache = new WeakMap<readonly Carrier[], Map<Run, readonly SecretVariable[]>>();

function variablesOf(run: Run, carriers: readonly Carrier[]): SecretVariable[] {
  const seen = new Map<string, SecretVariable>();
  for (const carrier of carriersSeen(carriers).get(run.index) ?? []) seen.set(carrier.variable, carrier);
  for (const { secret, variable, path } of ownMounts(run.instruction)) {
    for (const name of [variable, path]) {
      if (name !== undefined) seen.set(name, { variable: name, secret, mounted: true });
    }
  }
  addDerived(run, seen);
  return [...seen.values()];
}

/** A variable may be set to one that was set before it, in a few steps. */
function addDerived(run: Run, seen: Map<string, SecretVariable>): void {
  for (const { name, range } of run.assignments) {
    const use = within(run.uses, range).find((one) => seen.has(one.name) && takesValue(run, one, range));
    const from = use && seen.get(use.name);
    if (from && !seen.has(name)) seen.set(name, { ...from, variable: name, derived: true });
  }
}

/** Whether the variable gets the value itself: what a command makes of it counts only when that hands it on. */
function takesValue(run: Run, use: Use, assignment: Range): boolean {
  if (!givesValue(run, use)) return false;
  const inner = around(run.commands, seatOf(run, use.range)).find(({ range }) => inside(range, assignment));
  return inner === undefined || (isWriter(inner, use.range) && !isDigested(run, use.range, assignment));
}
