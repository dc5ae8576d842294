import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { createColors } from 'picocolors';
import {
  type CheckResult,
  checkGithub,
  checkJson,
  checkSarif,
  checkText,
  ruleTexts,
} from '../../../src/check/index.ts';
import type { Finding } from '../../../src/finding.ts';
import { type Schema, violations } from '../report/json-schema.ts';

const plain = createColors(false);
const esc = String.fromCharCode(27);

const arg: Finding = {
  rule: 'arg-secret',
  level: 'error',
  secret: 'NPM_TOKEN',
  message: 'ARG NPM_TOKEN writes a secret, 100%.',
  remedy: 'Mount it.',
  location: { kind: 'dockerfile', path: 'a b/Dockerfile', line: 2, endLine: 3 },
  fix: { title: 'Mount NPM_TOKEN.', changes: [{ kind: 'remove-instruction', instruction: 1 }] },
};
const open: Finding = {
  rule: 'env-secret',
  level: 'error',
  message: 'ENV X writes a secret.',
  remedy: 'Say:\n  needed: build',
  location: { kind: 'dockerfile', path: 'a b/Dockerfile', line: 5, endLine: 5 },
  needsPerson: true,
};
const mount: Finding = {
  rule: 'compose-secret-mount',
  level: 'warning',
  message: `mounts ${esc}[2Jx`,
  location: { kind: 'context', path: 'compose.yaml', line: 7 },
};
const flag: Finding = {
  rule: 'build-arg-secret',
  level: 'error',
  message: '--build-arg X hands over.',
  location: { kind: 'flag', flag: '--build-arg X' },
};

function resultOf(...findings: Finding[]): CheckResult {
  const failed = findings.some(({ level }) => level === 'error');
  return {
    verdict: failed ? 'findings' : 'clean',
    exitCode: failed ? 1 : 0,
    files: [
      { path: 'a b/Dockerfile', kind: 'dockerfile' },
      { path: 'compose.yaml', kind: 'compose' },
    ],
    findings,
    diffs: [],
  };
}

test('text: a block a finding, and a line that sums up', () => {
  expect(
    checkText(resultOf(arg, open, mount), plain),
  ).toBe(`a b/Dockerfile:2: arg-secret: ARG NPM_TOKEN writes a secret, 100%.
    Mount it.
    fix: Mount NPM_TOKEN.
a b/Dockerfile:5: env-secret: ENV X writes a secret.
    decide: Say:
      needed: build
compose.yaml:7: warning: compose-secret-mount: mounts \\x1b[2Jx
safebuild: 2 findings in a b/Dockerfile and compose.yaml, 1 warning; 1 needs an answer before a build can go on
  safebuild explain arg-secret says more.
`);
});

test('text: nothing found says where', () => {
  expect(checkText({ ...resultOf(mount), base: 'main' }, plain)).toMatch(
    /\nsafebuild: nothing found in a b\/Dockerfile and compose.yaml that main does not have, 1 warning\n$/,
  );
});

test('text: a diff keeps its tabs and cannot move the cursor', () => {
  const diff = `--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-\ta${esc}[2J\r\n+\tb\n`;
  expect(checkText({ ...resultOf(arg), diffs: [diff] }, plain)).toContain('\n-\ta\\x1b[2J\n+\tb\n');
});

test('json is as documented', async () => {
  const schema = JSON.parse(
    await readFile(new URL('../../../schema/report.schema.json', import.meta.url), 'utf8'),
  ) as Schema;
  const json = JSON.parse(checkJson({ ...resultOf(arg, open, mount, flag), diffs: ['x'], base: 'main' }));
  expect(violations(schema, json)).toEqual([]);
  expect(json.findings[0].fix).toEqual({ title: 'Mount NPM_TOKEN.' });
  expect(violations(schema, JSON.parse(checkJson(resultOf())))).toEqual([]);
});

test('github: an annotation a finding, with what would end a property or a line escaped', () => {
  expect(checkGithub(resultOf(arg, open, mount, flag)).split('\n')).toEqual([
    '::error file=a b/Dockerfile,line=2,endLine=3,title=safebuild arg-secret::ARG NPM_TOKEN writes a secret, 100%25. Mount it.',
    '::error file=a b/Dockerfile,line=5,endLine=5,title=safebuild env-secret::ENV X writes a secret. Say:%0A  needed: build',
    '::warning file=compose.yaml,line=7,endLine=7,title=safebuild compose-secret-mount::mounts \\x1b[2Jx',
    '::error title=safebuild build-arg-secret::--build-arg X hands over.',
    '',
  ]);
  const odd = { ...mount, location: { kind: 'context', path: 'a:b,c', line: 1 } } as const;
  expect(checkGithub(resultOf(odd))).toContain('file=a%3Ab%2Cc,line=1');
});

test('sarif: each result names its rule, its level and its lines', () => {
  const odd = { ...mount, rule: 'env-file-line' };
  const sarif = JSON.parse(checkSarif(resultOf(arg, odd, flag), ruleTexts, '1.2.3'));
  const [run] = sarif.runs;
  expect(sarif.version).toBe('2.1.0');
  expect(run.tool.driver).toMatchObject({ name: 'safebuild', semanticVersion: '1.2.3' });
  expect(run.results[0]).toMatchObject({
    ruleId: 'arg-secret',
    level: 'error',
    message: { text: 'ARG NPM_TOKEN writes a secret, 100%. Mount it.' },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'a%20b/Dockerfile' },
          region: { startLine: 2, endLine: 3 },
        },
      },
    ],
  });
  for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
  expect(run.results[2].locations).toEqual([]);
});

test('every rule has a title and a page', () => {
  for (const { id, title, explanation } of ruleTexts) {
    expect(title).not.toBe('');
    expect(explanation).toMatch(new RegExp(`^# ${id}\n`));
    expect(explanation).toMatch(/\n\n {4}\S/);
  }
  expect(new Set(ruleTexts.map(({ id }) => id)).size).toBe(ruleTexts.length);
});
