import type { Finding } from '../../finding.ts';
import { paintDiff } from '../../report/diff.ts';
import { describeLocation, type Paint } from '../../report/index.ts';
import { list, plural } from '../../report/phrase.ts';
import { withoutControls } from '../../report/plain.ts';
import type { CheckResult } from '../result.ts';

/** What was found, for a person: a block a finding, then the diffs, then one line that sums up. */
export function checkText(result: CheckResult, paint: Paint): string {
  const { findings, files } = withoutControls(result);
  const blocks = findings.map((finding) => block(finding, paint));
  const diffs = result.diffs.map((diff) => `${paintDiff(plainDiff(diff), paint)}\n`);
  const names = list(files.map(({ path }) => path));
  return [...blocks, ...diffs, `${summary(result, names, paint)}\n`].join('');
}

function block(finding: Finding, paint: Paint): string {
  const { rule, level, message, remedy, fix, needsPerson, location } = finding;
  const name = level === 'error' ? paint.red(rule) : `${paint.yellow(`${level}:`)} ${rule}`;
  const lines = [`${paint.bold(describeLocation(location))}: ${name}: ${message}`];
  if (remedy !== undefined) lines.push(`    ${needsPerson ? 'decide: ' : ''}${remedy.replaceAll('\n', '\n    ')}`);
  if (fix !== undefined && fix.title !== remedy) lines.push(paint.dim(`    fix: ${fix.title}`));
  return `${lines.join('\n')}\n`;
}

function summary({ findings, base }: CheckResult, names: string, paint: Paint): string {
  const since = base === undefined ? '' : ` that ${base} does not have`;
  const errors = findings.filter(({ level }) => level === 'error');
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length;
  const counts = (['warning', 'note'] as const).filter((level) => count(level) > 0);
  const rest = counts.length === 0 ? '' : `, ${list(counts.map((level) => plural(count(level), level)))}`;
  if (errors.length === 0) return paint.green(`safebuild: nothing found in ${names}${since}${rest}`);
  const open = errors.filter(({ needsPerson }) => needsPerson).length;
  const asks = open === 0 ? '' : `; ${plural(open, 'needs', 'need')} an answer before a build can go on`;
  const example = errors[0]?.rule ?? '';
  return `${paint.red(`safebuild: ${plural(errors.length, 'finding')}`)} in ${names}${since}${rest}${asks}\n  safebuild explain ${example} says more.`;
}

/** The lines and tabs of a file are its own; nothing else in it may move the cursor. */
function plainDiff(diff: string): string {
  return diff
    .split('\n')
    .map((line) =>
      line
        .split('\t')
        .map((part) => withoutControls(part.replace(/\r$/, '')))
        .join('\t'),
    )
    .join('\n');
}
