import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type Answers, noAnswers } from '../../../src/migrate/answers.ts';
import { withAnswersWritten } from '../../../src/migrate/config-edit.ts';

const runtime: Answers = { ...noAnswers, secrets: new Map([['API_KEY', { needed: 'runtime' }]]) };

test('a project without a configuration gets a small file', () => {
  const answers: Answers = {
    secrets: new Map([
      ['API_KEY', { needed: 'runtime' }],
      ['SORT_KEY', { kind: 'setting', reason: 'a column, not a key: see docs' }],
    ]),
    files: new Map([['config/.env', 'build']]),
  };
  expect(withAnswersWritten('', answers)).toBe(
    [
      'secrets:',
      '  API_KEY: { needed: runtime }',
      '  SORT_KEY: { kind: setting, reason: "a column, not a key: see docs" }',
      'files:',
      '  config/.env: { needed: build }',
      '',
    ].join('\n'),
  );
});

test.each([
  [
    'a section is added at the end',
    '# ours\ndetectors: warn   # loud\n',
    '# ours\ndetectors: warn   # loud\nsecrets:\n  API_KEY: { needed: runtime }\n',
  ],
  [
    'a name is added behind the last one, in its indentation',
    "secrets:\n    OLD: 'setting' # why\n\n# tail\ndetectors: warn\n",
    "secrets:\n    OLD: 'setting' # why\n    API_KEY: { needed: runtime }\n\n# tail\ndetectors: warn\n",
  ],
  [
    'a file without a last newline',
    'secrets:\n  OLD: setting',
    'secrets:\n  OLD: setting\n  API_KEY: { needed: runtime }\n',
  ],
  [
    'the short form gets its long form',
    'secrets: # ours\n  API_KEY: secret # why\n',
    'secrets: # ours\n  API_KEY: { kind: secret, needed: runtime } # why\n',
  ],
  [
    'a field is added to an object in braces',
    'secrets:\n  API_KEY: { kind: secret }\n',
    'secrets:\n  API_KEY: { kind: secret, needed: runtime }\n',
  ],
  [
    'a field is added to an object in lines',
    'secrets:\n  API_KEY:\n    kind: secret\n  B: setting\n',
    'secrets:\n  API_KEY:\n    kind: secret\n    needed: runtime\n  B: setting\n',
  ],
  [
    'an answer is changed in its place',
    'secrets:\n  API_KEY: {needed: build} # why\n',
    'secrets:\n  API_KEY: {needed: runtime} # why\n',
  ],
  ['names in braces', 'secrets: {OLD: setting}\n', 'secrets: {OLD: setting, API_KEY: { needed: runtime } }\n'],
  ['CRLF stays CRLF', 'detectors: warn\r\n', 'detectors: warn\r\nsecrets:\r\n  API_KEY: { needed: runtime }\r\n'],
])('%s', (_name, before, after) => {
  expect(withAnswersWritten(before, runtime)).toBe(after);
});

test.each([
  ['a new file', '', 'multi-stage: never\n'],
  ['behind what stands there', '# ours\ndetectors: warn\n', '# ours\ndetectors: warn\nmulti-stage: never\n'],
  ['in its place', 'multi-stage: always # why\n', 'multi-stage: never # why\n'],
])('multi-stage: %s', (_name, before, after) => {
  expect(withAnswersWritten(before, { ...noAnswers, multiStage: 'never' })).toBe(after);
});

test.each([
  ['A: secret\n', 'A: { kind: secret, from: "vault://ci/a#x" }\n'],
  ['A: vault://old/a#x\n', 'A:\n    from: vault://ci/a#x\n'],
  ['A: { from: env:A } # why\n', 'A: { from: "vault://ci/a#x" } # why\n'],
])('a reference: %s', (before, after) => {
  const secrets = new Map([['A', { from: 'vault://ci/a#x' }]]);
  const written = withAnswersWritten(`secrets:\n  ${before}`, { ...noAnswers, secrets });
  expect(parse(written)).toEqual(parse(`secrets:\n  ${after}`));
});

test('an answer beside a short reference', () => {
  const written = withAnswersWritten('secrets:\n  API_KEY: env:KEY\n', runtime);
  expect(parse(written)).toEqual({ secrets: { API_KEY: { from: 'env:KEY', needed: 'runtime' } } });
});

test('what no splice can do is still right, and comments stay', () => {
  const before = '# ours\nsecrets:\ndetectors: warn # loud\n';
  const after = withAnswersWritten(before, runtime);
  expect(parse(after)).toEqual({ secrets: { API_KEY: { needed: 'runtime' } }, detectors: 'warn' });
  expect(after).toContain('# ours');
  expect(after).toContain('# loud');
});

test('names that YAML would take for something else are quoted', () => {
  const secrets = new Map([['NULL', { needed: 'build' as const }]]);
  const files = new Map([['a: b/#1/.env', 'never' as const]]);
  expect(parse(withAnswersWritten('', { secrets, files }))).toEqual({
    secrets: { NULL: { needed: 'build' } },
    files: { 'a: b/#1/.env': { needed: 'never' } },
  });
});

test('an answer that stands there already changes nothing', () => {
  const text = 'secrets:\n    API_KEY: {  needed:   runtime }\n';
  expect(withAnswersWritten(text, runtime)).toBe(text);
});
