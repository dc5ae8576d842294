import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createStatusMask, type SolveStatus } from '../../../../src/buildx/progress/status.ts';
import { createRedactor } from '../../../../src/secrets/index.ts';
import { secret, token } from '../../scan/secrets.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const mask = (): ((status: SolveStatus) => SolveStatus) => {
  const line = createStatusMask(createRedactor([secret()]));
  return (status) => {
    const masked = line(JSON.stringify(status));
    if (masked.kind !== 'status') throw new Error('a status line was taken for text');
    return masked.status;
  };
};
const logOf = (vertex: string, data: string, stream = 1): SolveStatus => ({
  logs: [{ vertex, stream, data, timestamp: '2026-01-01T00:00:00Z' }],
});
const printed = (statuses: readonly SolveStatus[], vertex: string, stream = 1): string =>
  statuses
    .flatMap((status) => status.logs ?? [])
    .filter((log) => log.vertex === vertex && log.stream === stream)
    .map((log) => Buffer.from(log.data, 'base64').toString())
    .join('');
const completed = (digest: string): SolveStatus => ({
  vertexes: [{ digest, name: 'RUN x', completed: '2026-01-01T00:00:01Z' }],
});

test('a value that BuildKit cuts into chunks anywhere is masked, and everything else is shown', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 6 }), fc.constantFrom(1, 2), (cuts, stream) => {
      const bytes = Buffer.from(`before ${token} after ${token.slice(0, 8)}`);
      const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const apply = mask();
      const shown = edges
        .slice(1)
        .map((end, index) => apply(logOf('x', bytes.subarray(edges[index], end).toString('base64'), stream)));
      shown.push(apply(completed('x')));
      expect(printed(shown, 'x', stream)).toBe(`before *** after ${token.slice(0, 8)}`);
    }),
  );
});

test('chunks of other steps and streams do not complete a value', () => {
  const apply = mask();
  const half = token.length / 2;
  const shown = [
    apply(logOf('x', base64(token.slice(0, half)))),
    apply(logOf('y', base64(token.slice(half)))),
    apply(logOf('x', base64(token.slice(half)), 2)),
    apply(completed('x')),
    apply(completed('y')),
  ];
  expect([printed(shown, 'x'), printed(shown, 'y'), printed(shown, 'x', 2)]).toEqual([
    token.slice(0, half),
    token.slice(half),
    token.slice(half),
  ]);
});

test('step names, errors, downloads and warnings are masked, base64 or not', () => {
  const shown = mask()({
    vertexes: [{ digest: 'x', name: `RUN echo ${token}`, error: `exit code 1: ${token}` }],
    statuses: [{ id: `pull ${token}`, vertex: 'x' }],
    warnings: [
      {
        vertex: 'x',
        short: base64(`short ${token}`),
        detail: [base64(token)],
        sourceInfo: { filename: 'Dockerfile', data: base64(`ARG T=${token}`) },
        url: `https://example.com/?t=${token}`,
      },
    ],
  });
  const text = JSON.stringify(shown);
  for (const form of [token, base64(token), base64(`short ${token}`), base64(`ARG T=${token}`)]) {
    expect(text).not.toContain(form);
  }
  expect(shown.vertexes?.[0]).toMatchObject({ name: 'RUN echo ***', error: 'exit code 1: ***' });
  expect(Buffer.from(String(shown.warnings?.[0]?.short), 'base64').toString()).toBe('short ***');
});

test('a status without a secret is passed on as it is', () => {
  const status: SolveStatus = {
    vertexes: [{ digest: 'sha256:1', name: '[1/2] FROM node', started: '2026-01-01T00:00:00Z', cached: true }],
    statuses: [{ id: 'x', vertex: 'sha256:1', current: 1, total: 2 }],
  };
  expect(mask()(status)).toEqual(status);
});

test('what is no status is text, and is masked', () => {
  const line = createStatusMask(createRedactor([secret()]));
  expect(line(`ERROR: failed: ${token}`)).toEqual({ kind: 'text', text: 'ERROR: failed: ***' });
  expect(line(`{ not json ${token}`)).toEqual({ kind: 'text', text: '{ not json ***' });
});
