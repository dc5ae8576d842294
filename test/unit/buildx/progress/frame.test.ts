import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { drawFailure, drawFrame, type FrameOptions } from '../../../../src/buildx/progress/frame.ts';
import { columnsOf } from '../../../../src/buildx/progress/printable.ts';
import { applyStatus, type ProgressState } from '../../../../src/buildx/progress/state.ts';
import type { SolveStatus } from '../../../../src/buildx/progress/status.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const wide: FrameOptions = { columns: 60, rows: 24, nowMs: start + 2500, startedMs: start, finished: false };

function at(ms: number): string {
  return new Date(start + ms).toISOString();
}

function stateOf(...messages: SolveStatus[]): ProgressState {
  const state: ProgressState = new Map();
  for (const message of messages) applyStatus(state, message);
  return state;
}

function log(vertex: string, text: string | Uint8Array, stream = 1): SolveStatus {
  return { logs: [{ vertex, stream, data: Buffer.from(text).toString('base64'), timestamp: at(0) }] };
}

const build = stateOf(
  {
    vertexes: [
      { digest: 'a', name: '[1/3] FROM node:20', started: at(0), completed: at(500), cached: true },
      { digest: 'b', name: '[2/3] RUN npm ci', started: at(500) },
      { digest: 'c', name: '[3/3] COPY . .' },
    ],
    statuses: [{ id: 'sha256:1234', vertex: 'b', current: 1_500_000, total: 3_000_000, started: at(500) }],
  },
  log('b', 'added 1 package\nfunding: 50%\rfunding: 100%\n'),
);

test('a frame reads like that of buildx', () => {
  expect(drawFrame(build, wide).join('\n')).toMatchInlineSnapshot(`
"[+] Building 2.5s (1/3)
 => CACHED [1/3] FROM node:20                          0.5s
 => [2/3] RUN npm ci                                   2.0s
 => => sha256:1234 1.50MB / 3.00MB                     2.0s
 => => # added 1 package
 => => # funding: 100%"
`);
});

test('the last frame keeps every step, and no output', () => {
  const finished = stateOf({
    vertexes: [...build.values()].map(({ name }, index) => ({
      digest: `${index}`,
      name,
      started: at(0),
      completed: at(900),
    })),
  });
  const lines = drawFrame(finished, { ...wide, rows: 2, finished: true });
  expect(lines[0]).toBe('[+] Building 2.5s (3/3) FINISHED');
  expect(lines).toHaveLength(4);
});

test('finished steps give way to the running one', () => {
  const many = Array.from({ length: 30 }, (_, index) => ({
    digest: `${index}`,
    name: `step ${index}`,
    started: at(index),
    ...(index === 3 ? {} : { completed: at(index + 1) }),
  }));
  const lines = drawFrame(stateOf({ vertexes: many }), { ...wide, rows: 6 });
  expect(lines.map((line) => line.trim().replace(/ .*s$/, ''))).toHaveLength(5);
  expect(lines.some((line) => line.includes('step 3 '))).toBe(true);
});

test('what a step prints cannot move the cursor, clear the screen or write to the clipboard', () => {
  const hostile = '\u001b[2J\u001b[1;1Hgone\u001b]52;c;bm90aGluZw==\u0007\u009b5A\u0008\u000b\u202eevil';
  const state = stateOf(
    {
      vertexes: [{ digest: 'x', name: `RUN ${hostile}`, started: at(0), error: hostile }],
      statuses: [{ id: hostile, vertex: 'x' }],
    },
    log('x', hostile),
  );
  const [step] = [...state.values()];
  const shown = [...drawFrame(state, wide), ...(step ? drawFailure(step) : [])].join('');
  expect(shown).toMatch(/^[ -~]*$/);
  expect(shown).toContain('gone');
});

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 90 }),
  fc.constantFrom(
    '漢字'.repeat(40),
    '👩‍👩‍👧‍👦'.repeat(20),
    'e\u0301'.repeat(70),
    '\u001b[31mred\u001b[0m\n\u001b[5A',
    '\t'.repeat(50),
  ),
);

test('a frame is never wider or higher than the terminal, nor does it hold a control character', () => {
  const step = fc.record({ name: text, id: text, log: text, completed: fc.boolean(), failed: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 12 }),
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 15 }),
      (steps, columns, rows) => {
        const state = stateOf();
        for (const [index, { name, id, log: printed, completed, failed }] of steps.entries()) {
          const vertex = { digest: `${index}`, name, started: at(index), ...(completed ? { completed: at(99) } : {}) };
          applyStatus(state, {
            vertexes: [failed ? { ...vertex, error: name } : vertex],
            statuses: [{ id, vertex: `${index}`, current: 12_345 }],
          });
          applyStatus(state, log(`${index}`, printed));
        }
        const lines = drawFrame(state, { ...wide, columns, rows });
        expect(lines.length).toBeLessThanOrEqual(Math.max(rows - 1, 1));
        for (const line of lines) {
          expect(columnsOf(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(/\p{Cc}/u);
        }
      },
    ),
  );
});

test('a character that is cut between two messages is shown whole', () => {
  const bytes = Buffer.from('größer');
  const state = stateOf({ vertexes: [{ digest: 'x', name: 'RUN x', started: at(0) }] }, log('x', bytes.subarray(0, 3)));
  applyStatus(state, log('x', 'other stream\n', 2));
  applyStatus(state, log('x', bytes.subarray(3)));
  expect([...state.values()][0]?.log).toBe('grother stream\nößer');
});

test('a failed step is repeated with the end of its output', () => {
  const lines = Array.from({ length: 200 }, (_, index) => `line ${index}`).join('\n');
  const [step] = [
    ...stateOf({ vertexes: [{ digest: 'x', name: 'RUN x', error: 'exit code 1' }] }, log('x', `${lines}\n`)).values(),
  ];
  if (step === undefined) throw new Error('no step');
  expect(drawFailure(step)).toHaveLength(103);
  expect(drawFailure(step).at(-2)).toBe('line 199');
});
