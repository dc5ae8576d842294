import { checkCompose } from '../../../src/check/compose/index.ts';
import { edited } from '../../../src/check/mask.ts';
import { parseYaml } from '../../../src/check/yaml/document.ts';
import type { Edit } from '../../../src/finding.ts';
import { short } from './project.ts';

/** What is found in the text of a compose file. */
export function findingsIn(text: string) {
  const { found, diffs } = checkCompose(parseYaml(text, 'compose.yaml'), { rules: new Map(), diff: true });
  const findings = found.map(({ finding }) => finding);
  return { findings, diffs, lines: short({ findings }).map((line) => line.slice('compose.yaml:'.length)) };
}

/** The file after the fixes of one finding each, one by one, until nothing more is proposed. */
export function mended(text: string): string {
  const fix = findingsIn(text).findings.find((finding) => finding.fix)?.fix;
  if (fix === undefined) return text;
  const edits = fix.changes.flatMap((change): Edit[] => (change.kind === 'replace' ? [change] : []));
  return mended(edited(text, edits));
}
