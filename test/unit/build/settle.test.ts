import { expect, test } from '@jest/globals';
import { dayOf, type Found, settle } from '../../../src/build/settle.ts';
import type { Allowance, Config, DetectorMode } from '../../../src/config/index.ts';
import type { Finding, Level } from '../../../src/finding.ts';
import { emptyCoverage } from '../../../src/scan/coverage.ts';

const today = '2026-11-22';

function leak(path: string, secret = 'TOKEN'): Finding {
  return { rule: 'leak', level: 'error', secret, message: path, location: { kind: 'image', place: 'layer', path } };
}

function detected(path: string, level: Level = 'error'): Finding {
  const { secret: _, ...finding } = leak(path);
  return { ...finding, rule: 'detected:private-key', level };
}

function found(findings: readonly Finding[], changes: Partial<Found> = {}): Found {
  return { findings, incomplete: [], coverage: [emptyCoverage()], ...changes };
}

function entry(changes: Partial<Allowance> = {}): Allowance {
  return {
    accepts: { kind: 'secret', name: 'TOKEN' },
    place: 'docs/**',
    reason: 'an example',
    file: 'safebuild.yaml',
    line: 7,
    ...changes,
  };
}

function config(
  allow: readonly Allowance[] = [],
  detectors: DetectorMode = 'fail',
): Pick<Config, 'allow' | 'detectors'> {
  return { allow, detectors };
}

test('without findings and gaps it is clean; a gap makes it unverified, a finding a leak', () => {
  expect(settle(found([]), config(), today)).toMatchObject({ verdict: 'clean', exitCode: 0 });
  const incomplete = [{ where: 'a', why: 'b' }];
  expect(settle(found([], { incomplete }), config(), today)).toMatchObject({ verdict: 'unverified', exitCode: 6 });
  expect(settle(found([leak('a')], { incomplete }), config(), today)).toMatchObject({ verdict: 'leak', exitCode: 5 });
});

test('what an entry accepts fails no more, and is kept with its reason', () => {
  const settled = settle(found([leak('docs/a')]), config([entry({ expires: today })]), today);
  expect(settled).toMatchObject({ verdict: 'clean', exitCode: 0, leaks: [], warnings: [] });
  expect(settled.accepted.findings).toEqual([
    { ...leak('docs/a'), level: 'note', accepted: { reason: 'an example', expires: today } },
  ]);
});

test.each<[string, Finding, Allowance]>([
  ['another place', leak('app/a'), entry()],
  ['another secret', leak('docs/a', 'OTHER'), entry()],
  ['a detector', detected('docs/a'), entry()],
  ['a secret where a detector is named', leak('docs/a'), entry({ accepts: { kind: 'detector', id: 'private-key' } })],
  ['another detector', detected('docs/a'), entry({ accepts: { kind: 'detector', id: 'key' } })],
  ['a leak where a gap is named', leak('docs/a'), entry({ accepts: { kind: 'incomplete' } })],
])('an entry does not accept %s, and is told to be unused', (_title, finding, allowance) => {
  const settled = settle(found([finding]), config([allowance]), today);
  expect(settled).toMatchObject({ verdict: 'leak', exitCode: 5, accepted: { findings: [] } });
  expect(settled.warnings).toEqual([
    expect.objectContaining({
      rule: 'allow-unused',
      level: 'warning',
      location: { kind: 'configuration', path: 'safebuild.yaml', line: 7 },
    }),
  ]);
});

test('one leak that is not accepted fails, whatever else is', () => {
  const settled = settle(found([leak('docs/a'), leak('app/a')]), config([entry()]), today);
  expect(settled).toMatchObject({ verdict: 'leak', exitCode: 5 });
  expect(settled.leaks).toEqual([leak('app/a')]);
});

test('an expired entry accepts nothing, and is told', () => {
  const expired = entry({ expires: '2026-11-21' });
  const settled = settle(found([leak('docs/a')]), config([expired]), today);
  expect(settled).toMatchObject({ verdict: 'leak', exitCode: 5 });
  expect(settled.warnings).toEqual([
    expect.objectContaining({ rule: 'allow-expired', message: expect.stringContaining('fails again') }),
  ]);
  expect(settle(found([]), config([expired]), today).warnings).toEqual([
    expect.objectContaining({ rule: 'allow-expired', message: expect.stringContaining('nothing is at its place') }),
  ]);
  const renewed = entry({ expires: '2027-01-01' });
  expect(settle(found([leak('docs/a')]), config([expired, renewed]), today).verdict).toBe('clean');
});

test('a file that could not be searched whole is accepted by its place, what is no file never', () => {
  const inFile = { where: 'blobs/x › srv/a.bin', why: 'it is cut off', file: 'srv/a.bin' };
  const allow = [entry({ accepts: { kind: 'incomplete' }, place: 'srv/*' })];
  const settled = settle(found([], { incomplete: [inFile] }), config(allow), today);
  expect(settled).toMatchObject({ verdict: 'clean', exitCode: 0, incomplete: [], warnings: [] });
  expect(settled.accepted.incomplete).toEqual([{ ...inFile, accepted: { reason: 'an example' } }]);
  const layer = { where: 'srv/a.bin', why: 'it is cut off' };
  const elsewhere = { ...inFile, file: 'app/a.bin' };
  for (const gap of [layer, elsewhere]) {
    expect(settle(found([], { incomplete: [inFile, gap] }), config(allow), today)).toMatchObject({
      verdict: 'unverified',
      incomplete: [gap],
    });
  }
});

test('hits that were only counted are never accepted along with those that were told', () => {
  const coverage = [{ ...emptyCoverage(), hitsLeftOut: 3 }];
  const settled = settle(found([leak('docs/a')], { coverage }), config([entry()]), today);
  expect(settled).toMatchObject({ verdict: 'unverified', exitCode: 6 });
  expect(settled.incomplete[0]!.why).toMatch(/^3 hits .*max-findings/);
  expect(settle(found([detected('a', 'note')], { coverage }), config(), today).verdict).toBe('unverified');
  expect(settle(found([leak('app/a')], { coverage }), config(), today)).toMatchObject({
    verdict: 'leak',
    incomplete: [],
  });
});

test('a detection fails, is warned of, or is noted by its level; detectors: warn lets none fail', () => {
  const all = [detected('a'), detected('b', 'warning'), detected('c', 'note')];
  const fail = settle(found(all), config(), today);
  expect(fail).toMatchObject({ verdict: 'leak', exitCode: 5, leaks: [all[0]], warnings: [all[1]], notes: [all[2]] });
  const warn = settle(found(all), config([], 'warn'), today);
  expect(warn).toMatchObject({ verdict: 'clean', exitCode: 0, leaks: [], notes: [all[2]] });
  expect(warn.warnings).toHaveLength(2);
  expect(settle(found([leak('a')]), config([], 'warn'), today).verdict).toBe('leak');
});

test('a detection is accepted by its id and place; one that is only noted is neither accepted nor makes the entry unused', () => {
  const allow = [entry({ accepts: { kind: 'detector', id: 'private-key' } })];
  const settled = settle(found([detected('docs/a'), detected('docs/b', 'warning')]), config(allow), today);
  expect(settled).toMatchObject({ verdict: 'clean', warnings: [] });
  expect(settled.accepted.findings).toHaveLength(2);
  const noted = settle(found([detected('docs/a', 'note')]), config(allow), today);
  expect(noted).toMatchObject({ warnings: [], accepted: { findings: [] } });
  expect(noted.notes).toHaveLength(1);
});

test('with detectors off, what they would be allowed is not called unused', () => {
  const allow = [entry({ accepts: { kind: 'detector', id: 'private-key' } })];
  expect(settle(found([]), config(allow, 'off'), today).warnings).toEqual([]);
});

test('the day is that of UTC', () => {
  expect(dayOf(new Date('2026-11-22T23:59:59-05:00'))).toBe('2026-11-23');
});
