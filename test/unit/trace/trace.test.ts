import { expect, test } from '@jest/globals';
import { SafebuildError } from '../../../src/errors.ts';
import { createRedactor } from '../../../src/secrets/index.ts';
import { createTrace } from '../../../src/trace/index.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';
const redactor = createRedactor([{ name: 'TOKEN', reveal: () => Buffer.from(fake) }]);

/** A trace whose clock goes on by 5 ms with each look. */
function traceAt(home?: string) {
  let now = 0;
  return createTrace(() => {
    now += 5;
    return now;
  }, home);
}

test('children, phases and decisions are told with their times', () => {
  const trace = traceAt();
  trace.child('docker', ['buildx', 'inspect', 'default'])(1);
  trace.conceal(redactor);
  trace.phase('searching app:1');
  trace.findings([
    {
      rule: 'arg-secret',
      level: 'error',
      secret: 'TOKEN',
      message: fake,
      location: { kind: 'dockerfile', path: `${fake}/Dockerfile`, line: 3, endLine: 3 },
    },
  ]);
  expect(trace.text()).toBe(
    [
      '    0.010  run: docker buildx inspect default\n',
      '    0.020  ended with 1 after 10 ms: docker buildx inspect default\n',
      '    0.025  phase: searching app:1\n',
      '    0.030  finding: arg-secret (error) in dockerfile line 3\n',
    ].join(''),
  );
});

test('what was noted before the secrets were known is masked with them', () => {
  const trace = traceAt();
  trace.child('docker', ['image', 'inspect', `registry.example.com/${fake}`])(0);
  trace.phase(`loading ${Buffer.from(fake).toString('base64')}`);
  trace.conceal(redactor);
  expect(trace.text()).not.toMatch(/7f3a91|bm90LWEt/);
  expect(trace.text()).toContain('registry.example.com/***');
});

test('without a redactor the user’s own words are withheld', () => {
  const trace = traceAt();
  trace.phase(`loading ${fake}`);
  trace.failure(new SafebuildError('SOURCE_FAILED', `${fake} could not be read`));
  expect(trace.text()).not.toContain('7f3a91');
  expect(trace.text()).toContain('error: SOURCE_FAILED\n');
});

test('an unforeseen error is told by kind and place', () => {
  const trace = traceAt();
  trace.failure(new RangeError(`${fake}\n    at ${fake}`));
  trace.failure(fake);
  expect(trace.text()).not.toContain('7f3a91');
  expect(trace.text()).toMatch(/unforeseen error: RangeError\n\s+at .*trace\.test/);
});

test('the folder of the user is not told', () => {
  const trace = traceAt('/home/somebody');
  trace.child('docker', ['build', '/home/somebody/app']);
  expect(trace.text()).toContain('docker build ~/app\n');
});
