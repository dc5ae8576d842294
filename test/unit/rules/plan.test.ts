import { expect, test } from '@jest/globals';
import type { Change, Finding, SecretMount } from '../../../src/finding.ts';
import { plan } from '../../../src/rules/index.ts';

const mount: SecretMount = { id: 'TOKEN', secret: 'TOKEN', env: 'TOKEN' };

function finding(changes: readonly Change[], more: Partial<Finding> = {}, fix: Partial<Finding['fix']> = {}): Finding {
  const location = { kind: 'dockerfile', path: 'Dockerfile', line: 1, endLine: 1 } as const;
  return { rule: 'r', level: 'error', message: 'm', location, fix: { title: 't', changes, ...fix }, ...more };
}

test('the same intent of two rules counts once, in whatever order its keys stand', () => {
  const other = { env: 'TOKEN', secret: 'TOKEN', id: 'TOKEN' };
  const { changes, uses } = plan([
    finding([{ kind: 'mount', instruction: 3, mount }]),
    finding([
      { kind: 'mount', instruction: 3, mount: other },
      { kind: 'mount', instruction: 4, mount },
    ]),
  ]);
  expect(changes.map((change) => 'instruction' in change && change.instruction)).toEqual([3, 4]);
  expect(uses).toEqual([mount]);
});

test('nothing is asked of an instruction that goes', () => {
  const { changes, uses } = plan([
    finding([{ kind: 'mount', instruction: 3, mount }]),
    finding([{ kind: 'remove-instruction', instruction: 3 }]),
  ]);
  expect(changes).toEqual([{ kind: 'remove-instruction', instruction: 3 }]);
  expect(uses).toEqual([]);
});

test('what needs a person changes nothing and is handed on', () => {
  const open = finding([{ kind: 'remove-instruction', instruction: 1 }], { needsPerson: true });
  expect(plan([open])).toMatchObject({ changes: [], needsPerson: [open] });
});

test('ignore lines and build arguments are joined, each once', () => {
  const fix = { ignore: ['.env'], dropBuildArgs: ['TOKEN'] };
  const two = { ignore: ['.env', '.npmrc'], dropBuildArgs: ['TOKEN'] };
  expect(plan([finding([], {}, fix), finding([], {}, two)])).toMatchObject({
    ignore: ['.env', '.npmrc'],
    dropBuildArgs: ['TOKEN'],
  });
});
