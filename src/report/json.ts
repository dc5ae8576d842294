import type { Finding } from '../finding.ts';
import type { Report } from './report.ts';

/** The report as one machine-readable object; its schema is `schema/report.schema.json`. Holds names only, never a value. */
export function renderJson(report: Report): string {
  const findings = {
    dockerfile: report.dockerfile.map(withoutChanges),
    leaks: report.leaks.map(withoutChanges),
    notes: report.notes.map(withoutChanges),
  };
  return `${JSON.stringify({ schemaVersion: 1, ...report, ...findings }, null, 2)}\n`;
}

/** Offsets into a source that the reader may not have say nothing; the fix's title does. */
function withoutChanges(finding: Finding): object {
  const { fix, ...rest } = finding;
  return fix === undefined ? rest : { ...rest, fix: { title: fix.title } };
}
