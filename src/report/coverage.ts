import { list, plural } from './phrase.ts';
import type { Report } from './report.ts';

type Coverage = Report['coverage'][number];

/** What was looked at, in a few lines for somebody who wants to weigh the verdict; empty where nothing was. */
export function coverageLines(report: Report): string[] {
  const { coverage, secrets } = report;
  if (coverage.length === 0) return [];
  const count = (field: 'entries' | 'layers' | 'configs' | 'attestations'): number =>
    coverage.reduce((sum, one) => sum + one[field], 0);
  const opened = counted(coverage, 'opened');
  const forms = [...new Set(coverage.flatMap((one) => one.forms))];
  return [
    `looked at ${plural(count('layers'), 'layer')}, ${plural(count('configs'), 'config')}, ${plural(
      count('attestations'),
      'attestation',
    )} and all else of ${plural(count('entries'), 'stored file')}`,
    ...(opened.length === 0 ? [] : [`opened ${list(opened)}`]),
    ...(secrets.searched.length === 0 ? [] : [`searched for ${list(secrets.searched)}`]),
    ...(forms.length === 0 ? [] : [`as ${list(forms)}`]),
    ...secrets.settings.map(({ name, why }) => `not searched for ${name}, no secret: ${why}`),
  ];
}

/** `3 gzip`, `1,204 zip`: one entry a kind, over all results. */
export function counted(coverage: readonly Coverage[], field: 'opened' | 'notOpened'): string[] {
  const counts = new Map<string, number>();
  for (const one of coverage)
    for (const [kind, count] of Object.entries(one[field])) counts.set(kind, (counts.get(kind) ?? 0) + count);
  return [...counts].map(([kind, count]) => `${count.toLocaleString('en-US')} ${kind}`);
}
