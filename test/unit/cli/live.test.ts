import { PassThrough } from 'node:stream';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import type { Output } from '../../../src/cli/io.ts';
import { createLiveView, createPhase } from '../../../src/cli/live.ts';

/** A stream that says of itself that it is a terminal, and keeps what is written to it. */
function terminal(isTTY = true): { output: Output; written(): string } {
  const stream = new PassThrough();
  let written = '';
  stream.on('data', (chunk) => {
    written += chunk;
  });
  const size = { columns: 80, rows: 24 };
  const none = (): boolean => true;
  const moves = { cursorTo: none, moveCursor: none, clearLine: none, clearScreenDown: none };
  const tty = Object.assign(stream, { isTTY, ...size, ...moves }) as unknown as NodeJS.WriteStream;
  const write = async (): Promise<void> => {
    throw new Error('the display draws on the stream itself');
  };
  return { output: { isTTY, ...size, stream: tty, write }, written: () => stripVTControlCharacters(written) };
}

const step = (more: object = {}) => ({
  vertexes: [{ digest: 'sha256:1', name: '[1/1] RUN make', started: '2026-01-01T00:00:00Z', ...more }],
});
const completed = '2026-01-01T00:00:02Z';

/** Until ora is loaded and has drawn. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

/** Resolves after everything that waited for ora has run. */
async function oraLoaded(): Promise<void> {
  await import('ora');
  await turn();
}

test('a running step is drawn, and the last frame stays with a line end behind it', async () => {
  const { output, written } = terminal();
  const view = createLiveView(output, true);
  view.update(step());
  await until(() => written().includes('RUN make'));
  view.update(step({ completed }));
  view.finish();
  expect(written()).toMatch(/\[\+\] Building .*\(1\/1\)[\s\S]*\n[^\n]*RUN make +2\.0s\n$/);
});

test('of a step that failed the log is printed below the frame', () => {
  const { output, written } = terminal();
  const view = createLiveView(output, true);
  const log = {
    vertex: 'sha256:1',
    stream: 2,
    timestamp: completed,
    data: Buffer.from('make: no rule\n').toString('base64'),
  };
  view.update({ ...step(), logs: [log] });
  view.update(step({ completed, error: 'exit code: 2' }));
  view.finish();
  expect(written().split('RUN make').at(-1)).toContain('make: no rule');
});

test('a build that said nothing draws nothing, and a second end nothing more', () => {
  const { output, written } = terminal();
  const view = createLiveView(output, true);
  view.finish();
  expect(written()).toBe('');
});

test('a phase is shown until it ends, and only on a terminal', async () => {
  const { output, written } = terminal();
  const phase = createPhase(output, true);
  phase('searching the image for secrets');
  await until(() => written().includes('searching the image for secrets'));
  phase(undefined);
  const pipe = terminal(false);
  createPhase(pipe.output, true)('searching');
  await oraLoaded();
  expect(pipe.written()).toBe('');
});

test('a phase that has ended before ora was loaded is never shown', async () => {
  const { output, written } = terminal();
  const phase = createPhase(output, true);
  phase('loading app');
  phase(undefined);
  await oraLoaded();
  expect(written()).toBe('');
});
