import type { Finding } from '../finding.ts';
import { acceptedCount, acceptedLines } from './accepted.ts';
import { counted, coverageLines } from './coverage.ts';
import { describeFile, describeLocation, describeMaker } from './location.ts';
import { list, megabytes, plural } from './phrase.ts';
import { withoutControls } from './plain.ts';
import type { Report } from './report.ts';

/** Colours and emphasis of a terminal; the identity where there is none. */
export interface Paint {
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  dim(text: string): string;
}

/** How much is told. */
export interface TextOptions {
  /** docker's -q: leaves only what a good end must not hide, as secrets that were not searched for. */
  quiet?: boolean;
  /** Also what was looked at and in which forms. */
  verbose?: boolean;
}

const maxShown = 10;

/** The report in a few lines for a person, newline at the end; empty for what docker itself has said already. */
export function renderText(report: Report, paint: Paint, { quiet = false, verbose = false }: TextOptions = {}): string {
  const plain = withoutControls(report);
  const lines = quiet && report.exitCode === 0 ? unproved(plain, paint) : body(plain, paint);
  const details = verbose ? coverageLines(plain).map((line) => paint.dim(`safebuild: ${line}`)) : [];
  return [...details, ...lines].map((line) => `${line}\n`).join('');
}

function body(report: Report, paint: Paint): string[] {
  switch (report.verdict) {
    case 'clean':
      return [...changes(report), ...warnings(report, paint), paint.green(cleanLine(report))];
    case 'nothing-to-prove':
      return [...changes(report), ...warnings(report, paint), nothingLine(report)];
    case 'leak':
      return [...changes(report), ...leaks(report, paint), ...warnings(report, paint)];
    case 'unverified':
      return [...changes(report), ...unverified(report, paint), ...warnings(report, paint)];
    case 'needs-person':
      return needsPerson(report, paint);
    case 'build-failed':
    case 'passed-through':
      return [];
  }
}

/** One line a secret that was taken out of the Dockerfile, so that a developer sees what was done. */
function changes(report: Report): string[] {
  return report.dockerfile
    .filter((finding) => finding.fix !== undefined && !finding.needsPerson)
    .map((finding) => `safebuild: ${describeLocation(finding.location)}: ${finding.fix?.title}`);
}

/** Weak secrets were named in lines of their own: then it is not true that there are none. */
function nothingLine({ secrets, lookedIn = [] }: Report): string {
  if (secrets.searched.length > 0) return 'safebuild: the result stays in the build cache, so nothing was searched';
  return secrets.weak.length > 0
    ? 'safebuild: not proved: none of the secrets can be searched for'
    : `safebuild: no secret found in ${list(lookedIn)}, so the image was not searched`;
}

function cleanLine(report: Report): string {
  const { coverage, secrets, image } = report;
  const sum = (count: (one: (typeof coverage)[number]) => number): number =>
    coverage.reduce((total, one) => total + count(one), 0);
  const searched = `${plural(secrets.searched.length, 'secret')} searched for in ${plural(
    sum((one) => one.layers),
    'layer',
  )}, ${plural(
    sum((one) => one.files),
    'file',
  )}, ${megabytes(sum((one) => Math.max(one.decodedBytes, one.storedBytes)))}`;
  const pushed =
    image && image.pushed.length > 0
      ? `; pushed ${image.pushed.map(({ name, digest }) => `${name}@${digest}`).join(', ')}`
      : '';
  const accepted = acceptedCount(report);
  return `safebuild: clean: ${searched}${accepted === 0 ? '' : `; ${accepted} accepted`}${pushed}`;
}

function leaks(report: Report, paint: Paint): string[] {
  const held = report.command === 'build' ? ' Nothing was loaded, tagged, pushed or written.' : '';
  const shown = report.leaks.slice(0, maxShown);
  const more = report.leaks.length - shown.length;
  return [
    paint.red(
      paint.bold(`safebuild: LEAK: ${report.subject ?? 'the result'} holds ${list(names(report.leaks))}.${held}`),
    ),
    ...shown.flatMap((finding) => leak(finding, paint)),
    ...(more > 0 ? [`  … and ${plural(more, 'more place')}; --json lists them all`] : []),
    ...(report.command === 'verify'
      ? [`  Whoever could ${howItIsHad(report)} it may have what was found: revoke it, and make new values.`]
      : []),
  ];
}

/** A plain folder is no image that could be pulled. */
function howItIsHad({ notes }: Report): string {
  return notes.some(({ rule }) => rule === 'verify-files') ? 'read' : 'pull or read';
}

function leak(finding: Finding, paint: Paint): string[] {
  const place = finding.location.kind === 'image' ? finding.location : undefined;
  const maker = place && describeMaker(place);
  const file = place && describeFile(place);
  return [
    `  ${paint.red('✗')} ${finding.message}${detectorWords(finding.rule)}`,
    ...(maker === undefined ? [] : [`    made by  ${maker}`]),
    ...(file === undefined ? [] : [`    file     ${file}`]),
    ...(finding.remedy === undefined ? [] : [`    mend it  ${withoutControls(finding.remedy)}`]),
  ];
}

function unverified(report: Report, paint: Paint): string[] {
  const held = report.command === 'build' ? ' Nothing was loaded, tagged, pushed or written.' : '';
  const shown = report.incomplete.slice(0, maxShown);
  const more = report.incomplete.length - shown.length;
  return [
    paint.yellow(
      paint.bold(`safebuild: NOT VERIFIED: ${report.subject ?? 'the result'} could not be searched whole.${held}`),
    ),
    ...shown.map(({ where, why }) => `  ${paint.yellow('?')} ${where}: ${why}`),
    ...(more > 0 ? [`  … and ${plural(more, 'more place')}; --json lists them all`] : []),
  ];
}

function needsPerson(report: Report, paint: Paint): string[] {
  const open = report.dockerfile.filter((finding) => finding.needsPerson);
  return [
    paint.yellow(
      paint.bold(
        `safebuild: the Dockerfile leaks in ${plural(open.length, 'place')} that no edit may mend without you. Nothing was built.`,
      ),
    ),
    ...open.flatMap((finding) => [
      `  ${paint.yellow('?')} ${describeLocation(finding.location)}: ${finding.message}`,
      ...(finding.remedy ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => `    ${line}`),
    ]),
  ];
}

/** Archives that could only be searched from the outside: "clean" does not speak of what is in them. */
function unopened({ coverage }: Report): string[] {
  const damaged = coverage.reduce((sum, one) => sum + one.damaged.count, 0);
  const parts = counted(coverage, 'notOpened');
  if (damaged > 0) parts.push(`${damaged.toLocaleString('en-US')} damaged`);
  return parts.length === 0
    ? []
    : [`safebuild: not looked into, only at: archives inside files (${parts.join(', ')}); --json names them`];
}

/** Values that were not searched for are always said: they are not proved. */
function warnings(report: Report, paint: Paint): string[] {
  const warned = report.dockerfile.filter((finding) => finding.fix === undefined && !finding.needsPerson);
  return [
    ...unproved(report, paint),
    ...detections(report, paint),
    ...unopened(report).map((line) => paint.dim(line)),
    ...warned.map((finding) => paint.dim(`safebuild: ${describeLocation(finding.location)}: ${finding.message}`)),
  ];
}

/** What a good end must not hide: it does not speak of these. */
function unproved(report: Report, paint: Paint): string[] {
  const notices = [...(report.warnings ?? []), ...report.notes].filter(
    ({ location }) => location.kind === 'configuration',
  );
  return [
    ...weakLines(report, paint),
    ...capped(acceptedLines(report)).map((line) => paint.yellow(`safebuild: ${line}`)),
    ...notices.map(({ location, message }) => paint.yellow(`safebuild: ${describeLocation(location)}: ${message}`)),
  ];
}

/** The id that `allow:` in safebuild.yaml takes. */
function detectorWords(rule: string): string {
  return rule.startsWith('detected:') ? ` (detector ${rule.slice('detected:'.length)})` : '';
}

/** What detectors found and does not fail. */
function detections({ warnings: all = [], notes }: Report, paint: Paint): string[] {
  const unsure = all
    .filter(({ location }) => location.kind !== 'configuration')
    .map(({ message, rule }) => `${message}${detectorWords(rule)}`);
  const noted = notes.filter(({ rule }) => rule.startsWith('detected:')).length;
  return [
    ...capped(unsure).map((line) => paint.yellow(`safebuild: look at this: ${line}`)),
    ...(noted === 0
      ? []
      : [
          paint.dim(
            `safebuild: ${plural(noted, 'key or token', 'keys or tokens')} of the base image; --json lists them`,
          ),
        ]),
  ];
}

function capped(lines: readonly string[]): string[] {
  const more = lines.length - maxShown;
  return more <= 0 ? [...lines] : [...lines.slice(0, maxShown), `… and ${more} more; --json lists them all`];
}

function weakLines({ secrets, coverage, unmasked = [] }: Report, paint: Paint): string[] {
  const weak = new Set(secrets.weak.map(({ name }) => name));
  const byName = new Set(
    coverage.flatMap((one) => one.weak.flatMap(({ secret, searchedAs }) => (searchedAs ? [secret] : []))),
  );
  return [
    ...secrets.weak.map(({ name, why }) =>
      paint.yellow(
        byName.has(name)
          ? `safebuild: ${name} was searched for only as ${name}=… and the like: it is ${why}`
          : `safebuild: ${name} was not searched for: ${why}`,
      ),
    ),
    ...unmasked
      .filter((name) => !weak.has(name))
      .map((name) =>
        paint.yellow(`safebuild: ${name} was not masked in the output: it is too long, or too common a word`),
      ),
  ];
}

function names(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map((finding) => finding.secret ?? finding.rule.replace(/^detected:/, '')))];
}
