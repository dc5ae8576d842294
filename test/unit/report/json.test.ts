import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { renderError, renderInternal } from '../../../src/cli/render.ts';
import { type ErrorCode, SafebuildError } from '../../../src/errors.ts';
import { renderJson } from '../../../src/report/index.ts';
import { keptIo } from '../cli/io.ts';
import { type Schema, violations } from './json-schema.ts';
import { reportOf, verdicts } from './reports.ts';

const schema = JSON.parse(
  await readFile(new URL('../../../schema/report.schema.json', import.meta.url), 'utf8'),
) as Schema;

test.each(verdicts)('the report of %s is as documented', (verdict) => {
  expect(violations(schema, JSON.parse(renderJson(reportOf(verdict))))).toEqual([]);
});

test('the schema would see a report that is not', () => {
  const { exitCode: _, ...report } = JSON.parse(renderJson(reportOf('clean')));
  expect(violations(schema, report)).toContain('/exitCode: is missing');
  expect(violations(schema, { ...report, exitCode: 0, extra: 1 })).toContain('/extra: is not documented');
  expect(violations(schema, { ...report, exitCode: '0' })).toContain('/exitCode: is no integer');
});

test.each([
  'USAGE',
  'ENGINE_UNAVAILABLE',
  'SCAN_INCOMPLETE',
  'INTERRUPTED',
  'PUBLISH_MISMATCH',
  'SECRET_EMPTY',
] as const)('the object of the error %s is as documented', async (code: ErrorCode) => {
  const { io, stdout } = keptIo([]);
  await renderError(new SafebuildError(code, 'what', { hint: 'do' }), true, io);
  expect(violations(schema, JSON.parse(stdout()))).toEqual([]);
});

test('an error that nobody foresaw is documented too', async () => {
  const { io, stdout } = keptIo([]);
  await renderInternal(new Error('x'), true, io);
  expect(violations(schema, JSON.parse(stdout()))).toEqual([]);
});

test('a fix is told by its title, not by offsets into a source', () => {
  const [finding] = JSON.parse(renderJson(reportOf('clean'))).dockerfile;
  expect(finding.fix).toEqual({ title: 'Mount NPM_TOKEN as a secret.' });
});

test('modes are told as octal digits, and what is accepted or warned of is as documented', () => {
  const [leak] = reportOf('leak').leaks;
  const finding = { ...leak!, level: 'note' as const, accepted: { reason: 'x', expires: '2027-01-31' } };
  const gap = { where: 'a', why: 'b', file: 'a', accepted: { reason: 'x' } };
  const location = { kind: 'configuration', path: 'safebuild.yaml', line: 7 } as const;
  const warnings = [{ rule: 'allow-unused', level: 'warning' as const, message: 'x', location }];
  const report = reportOf('clean', { accepted: { findings: [finding], incomplete: [gap] }, warnings });
  const json = JSON.parse(renderJson(report));
  expect(violations(schema, json)).toEqual([]);
  expect(json.accepted.findings[0].location).toMatchObject({
    file: { mode: '0644', uid: 1000 },
    inside: [{ path: 'a', file: { mode: '0600' } }],
  });
});

test('a report is one object and ends its line', () => {
  expect(renderJson(reportOf('clean'))).toMatch(/^\{\n {2}"schemaVersion": 1,\n.*\}\n$/s);
});
