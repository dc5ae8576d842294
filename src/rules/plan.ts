import type { Change, Finding, SecretMount } from '../finding.ts';

/** What all findings together ask for. */
export interface Plan {
  changes: readonly Change[];
  /** Lines for the ignore file, each once, in order. */
  ignore: readonly string[];
  /** Every mount that the rewritten Dockerfile adds, each once. */
  uses: readonly SecretMount[];
  dropBuildArgs: readonly string[];
  /** Findings that no edit may mend without an answer; the build must stop. */
  needsPerson: readonly Finding[];
}

/**
 * Joins the fixes of `findings` into one set of changes.
 *
 * The same intent of two rules counts once, and what is asked of an instruction that is removed anyway falls away.
 * Findings that need a person add nothing to the changes.
 */
export function plan(findings: readonly Finding[]): Plan {
  const fixes = findings.flatMap((finding) => (finding.fix && !finding.needsPerson ? [finding.fix] : []));
  // Findings that are mended together share one list.
  const lists = [...new Set(fixes.map((fix) => fix.changes))];
  const changes = unique(joined([...new Set(lists.flat())]));
  const removed = new Set(
    changes.flatMap((change) => (change.kind === 'remove-instruction' ? [change.instruction] : [])),
  );
  const kept = changes.filter(
    (change) => !/^(?:mount|bind|run|remove-pair)$/.test(change.kind) || !removed.has(indexOf(change)),
  );
  return {
    changes: kept,
    ignore: unique(fixes.flatMap((fix) => fix.ignore ?? [])),
    uses: unique(kept.flatMap((change) => (change.kind === 'mount' ? [change.mount] : []))),
    dropBuildArgs: unique(fixes.flatMap((fix) => fix.dropBuildArgs ?? [])),
    needsPerson: findings.filter((finding) => finding.needsPerson),
  };
}

/** The instruction that is changed; a replacement is of none. */
function indexOf(change: Change): number {
  return change.kind === 'replace' ? -1 : change.instruction;
}

/** What is mounted on a RUN that becomes a part of another is mounted on that one. */
function joined(changes: readonly Change[]): Change[] {
  const heads = new Map(changes.flatMap((change) => (change.kind === 'join' ? [[change.instruction, change.to]] : [])));
  const headOf = (index: number): number => (heads.has(index) ? headOf(heads.get(index)!) : index);
  return changes.map((change) => {
    if (change.kind === 'mount' || change.kind === 'bind')
      return { ...change, instruction: headOf(change.instruction) };
    return change.kind === 'join' ? { ...change, to: headOf(change.to) } : change;
  });
}

/** The first of each group of equal values; object keys compare in any order. */
function unique<T>(values: readonly T[]): T[] {
  const seen = new Map<string, T>();
  for (const value of values) {
    const key = JSON.stringify(value, (_key, part: unknown) => (isRecord(part) ? sortedEntries(part) : part));
    if (!seen.has(key)) seen.set(key, value);
  }
  return [...seen.values()];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortedEntries(record: Record<string, unknown>): [string, unknown][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
