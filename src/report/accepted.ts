import type { Acceptance } from '../finding.ts';
import type { Report } from './report.ts';

/** How many findings and gaps of the result the configuration accepts. */
export function acceptedCount({ accepted }: Report): number {
  return accepted === undefined ? 0 : accepted.findings.length + accepted.incomplete.length;
}

/** One line each: a configuration that came with a cloned repository must not be able to accept a leak in silence. */
export function acceptedLines({ accepted }: Report): string[] {
  if (accepted === undefined) return [];
  return [
    ...accepted.findings.map((finding) => `accepted: ${finding.message} (${because(finding.accepted)})`),
    ...accepted.incomplete.map(
      (gap) => `accepted: ${gap.where} was not searched whole: ${gap.why} (${because(gap.accepted)})`,
    ),
  ];
}

function because({ reason, expires }: Acceptance = { reason: 'no reason' }): string {
  return expires === undefined ? reason : `${reason}; until ${expires}`;
}
