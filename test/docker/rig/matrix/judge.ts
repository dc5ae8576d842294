import type { Case, Expected } from './case.ts';

/** What of a report in JSON (docs/json.md) the matrix looks at. */
export interface JsonReport {
  verdict: string;
  leaks: readonly JsonFinding[];
  warnings?: readonly JsonFinding[];
  incomplete: readonly { where: string; why: string }[];
}

export interface JsonFinding {
  rule: string;
  secret?: string;
  form?: readonly string[];
  location: { place?: string; path?: string; visible?: boolean; createdBy?: string; layer?: number };
}

/**
 * What a report says wrong about the cases, a line each: a value that is not found, or at another place; a place where nothing
 * was planted; something that could not be read. Empty when it is right.
 */
export function mistakes(report: JsonReport, cases: readonly Case[]): string[] {
  const findings = findingsOf(report);
  const wrong = cases.flatMap((each) =>
    judge(
      each,
      findings.filter((finding) => isOf(finding, each)),
    ),
  );
  const strays = findings.filter((finding) => !cases.some((each) => isOf(finding, each)));
  return [
    ...wrong,
    ...strays.map((finding) => `nobody planted: ${describe(finding)}`),
    ...report.incomplete.map(({ where, why }) => `incomplete: ${where}: ${why}`),
  ];
}

/** What was found, without what the report says about itself and the configuration. */
function findingsOf({ leaks, warnings = [] }: JsonReport): JsonFinding[] {
  return [...leaks, ...warnings].filter(({ rule }) => rule === 'leak' || rule.startsWith('detected:'));
}

/** Whether a report has anything about a case. */
export function isFound(report: JsonReport, each: Case): boolean {
  return findingsOf(report).some((finding) => isOf(finding, each));
}

/** The plainest form in which a case was found at its place, for the table. */
export function formOf(report: JsonReport, each: Case): string {
  const found = findingsOf(report).filter((finding) => isOf(finding, each) && fits(finding, each.expected[0]));
  return found.map(chain).sort((a, b) => a.length - b.length)[0] ?? '';
}

function judge(each: Case, found: readonly JsonFinding[]): string[] {
  const title = `${each.group}: ${each.title}`;
  if (found.length === 0) return [`${title}: not found`];
  const right = found.some((finding) => fits(finding, each.expected[0]));
  if (!right) return [`${title}: found as ${found.map(describe).join(' and ')}`];
  const elsewhere = found.filter((finding) => !each.expected.some((expected) => isSamePlace(finding, expected)));
  return elsewhere.map((finding) => `${title}: also found as ${describe(finding)}`);
}

/** A part of a value is told as `NAME (password)`. */
function isOf(finding: JsonFinding, { name, rule, expected }: Case): boolean {
  if (name !== undefined) return finding.secret === name || finding.secret?.startsWith(`${name} (`) === true;
  return finding.rule === `detected:${rule}` && matches(finding.location.path, expected[0].path);
}

function fits(finding: JsonFinding, expected: Expected): boolean {
  const { place, path, visible, createdBy } = finding.location;
  return (
    place === expected.place &&
    matches(path, expected.path) &&
    matches(chain(finding), expected.form) &&
    (expected.visible === undefined || visible === expected.visible) &&
    (expected.createdBy === undefined || createdBy?.includes(expected.createdBy) === true)
  );
}

/**
 * The same bytes may be told in a second form (a value that is base64 of something is that something too); and the overlay2
 * store's `docker save` has copies of the configuration for engines of before 1.10, which nothing else refers to.
 */
function isSamePlace({ location }: JsonFinding, { place, path }: Expected): boolean {
  return (
    (location.place === place || (location.place === 'blob' && place === 'config')) && matches(location.path, path)
  );
}

function matches(text: string | undefined, wanted: string | RegExp | undefined): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? text === wanted : wanted.test(text ?? '');
}

function chain({ form = [] }: JsonFinding): string {
  return form.join(' › ');
}

function describe(finding: JsonFinding): string {
  const { place, path = '', visible, createdBy = '' } = finding.location;
  const state = visible === undefined ? '' : visible ? 'visible' : 'hidden';
  const words = [finding.secret ?? finding.rule, place, path, state, `[${chain(finding)}]`, createdBy.slice(0, 40)];
  return words.filter((word) => word !== '').join(' ');
}
