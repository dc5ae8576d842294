import { findingJson, jsonText } from '../../report/index.ts';
import type { CheckResult } from '../result.ts';

/** The result as one machine-readable object; its schema is `check` in `schema/report.schema.json`. */
export function checkJson({ findings, diffs, ...rest }: CheckResult): string {
  const result = { schemaVersion: 1, command: 'check', ...rest, findings: findings.map(findingJson) };
  return jsonText(diffs.length === 0 ? result : { ...result, diffs });
}
