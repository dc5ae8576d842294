import type { Finding } from '../finding.ts';
import { describeLocation, type Paint } from '../report/index.ts';
import type { Migration, Remaining } from './migration.ts';
import type { Project } from './project.ts';

/** What a migration does and leaves, for a person; newline at the end, no values. */
export function renderPlan(project: Project, migration: Migration, remaining: Remaining, paint: Paint): string {
  const lines = [
    ...migration.mended.flatMap((finding) => entry(finding, paint.green('✓'), finding.remedy ?? finding.fix.title)),
    ...(migration.split ? [`  ${paint.green('✓')} The Dockerfile is split into a build and a runtime stage.`] : []),
    ...remaining.declined.flatMap((finding) =>
      entry(finding, paint.dim('-'), 'Left as it is: each build with safebuild mends it in memory.'),
    ),
    ...remaining.notes.flatMap((finding) => entry(finding, paint.dim('i'), finding.remedy)),
    ...migration.problems.map((problem) => `  ${paint.yellow('?')} ${problem}`),
    ...remaining.open.flatMap((finding) => entry(finding, paint.yellow('?'), finding.remedy)),
  ];
  return project.redactor.redactText(lines.map((line) => `${line}\n`).join(''));
}

function entry(finding: Finding, mark: string, advice: string | undefined): string[] {
  const head = `  ${mark} ${describeLocation(finding.location)}: ${finding.message}`;
  return [
    head,
    ...(advice ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => `      ${line}`),
  ];
}

/** The lines of the Dockerfile that a finding speaks of, with their numbers; `text` is masked already. */
export function quoteLines(text: string, { location }: Finding): string {
  if (location.kind !== 'dockerfile') return '';
  const { line, endLine } = location;
  const quoted = text.split(/\r?\n/).slice(line - 1, endLine);
  const width = String(endLine).length;
  return quoted.map((code, index) => `  ${String(line + index).padStart(width)} │ ${code}\n`).join('');
}

/** How many, in words. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
