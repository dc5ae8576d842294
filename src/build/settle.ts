import type { Config } from '../config/index.ts';
import type { Finding } from '../finding.ts';
import type { Report } from '../report/index.ts';
import type { Coverage, Incomplete } from '../scan/index.ts';
import { accept } from './accept.ts';

/** What was found in a result and what could not be read whole, before the configuration has its say. */
export interface Found {
  findings: readonly Finding[];
  incomplete: readonly Incomplete[];
  coverage: readonly Coverage[];
}

/** The part of a report that a proof decides. */
export type Settled = Required<Pick<Report, 'leaks' | 'incomplete' | 'accepted' | 'warnings'>> &
  Pick<Report, 'coverage' | 'notes'> & { verdict: 'clean' | 'leak' | 'unverified'; exitCode: 0 | 5 | 6 };

/**
 * Says what a proof comes to under the project's configuration: what fails, what is accepted, what is only told.
 *
 * `today` is `YYYY-MM-DD` in UTC.
 */
export function settle(found: Found, config: Pick<Config, 'allow' | 'detectors'>, today: string): Settled {
  const graded = found.findings.map((finding) => grade(finding, config.detectors));
  const { findings, incomplete, accepted, notices } = accept(
    { findings: graded, incomplete: found.incomplete },
    { allow: config.allow, today, withoutDetectors: config.detectors === 'off' },
  );
  const leaks = findings.filter(({ level }) => level === 'error');
  const gaps = [...incomplete, ...(leaks.length === 0 ? leftOut(found.coverage) : [])];
  return {
    leaks,
    incomplete: gaps,
    accepted,
    warnings: [...notices, ...findings.filter(({ level }) => level === 'warning')],
    notes: findings.filter(({ level }) => level === 'note'),
    coverage: found.coverage,
    ...(leaks.length > 0
      ? { verdict: 'leak', exitCode: 5 }
      : gaps.length > 0
        ? { verdict: 'unverified', exitCode: 6 }
        : { verdict: 'clean', exitCode: 0 }),
  };
}

/** The day on which allowances are judged, in UTC: the same everywhere a project is built. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function grade(finding: Finding, mode: Config['detectors']): Finding {
  const softened = mode === 'warn' && finding.level === 'error' && finding.rule.startsWith('detected:');
  return softened ? { ...finding, level: 'warning' } : finding;
}

/** Hits that were only counted may be anything: where nothing that was told fails, one of them still could. */
function leftOut(coverage: readonly Coverage[]): Incomplete[] {
  const count = coverage.reduce((sum, one) => sum + one.hitsLeftOut, 0);
  if (count === 0) return [];
  return [
    {
      where: 'the findings',
      why: `${count.toLocaleString('en-US')} hits were counted only, beyond the limit of places (scan: max-findings)`,
    },
  ];
}
