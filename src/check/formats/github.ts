import type { Finding, Level } from '../../finding.ts';
import { withoutControls } from '../../report/plain.ts';
import type { CheckResult } from '../result.ts';
import { placeOf } from './place.ts';

const commands: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/**
 * Annotations of GitHub Actions, a line each.
 *
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function checkGithub({ findings }: CheckResult): string {
  return withoutControls(findings).map(annotation).join('');
}

function annotation(finding: Finding): string {
  const { rule, level, message, remedy } = finding;
  const place = placeOf(finding);
  const properties = {
    ...(place && { file: place.path, line: String(place.line), endLine: String(place.endLine) }),
    title: `safebuild ${rule}`,
  };
  const text = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${commands[level]} ${text.join(',')}::${escapeData(`${message}${remedy === undefined ? '' : ` ${remedy}`}`)}\n`;
}

// As @actions/core does it: the runner takes only these back.
function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
