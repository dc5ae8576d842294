import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Docker } from '../../../src/buildx/docker.ts';
import type { SolveStatus } from '../../../src/buildx/progress/status.ts';
import { type BuildRun, runBuild } from '../../../src/buildx/run.ts';
import { createRedactor } from '../../../src/secrets/index.ts';
import { secret, token } from '../scan/secrets.ts';

/** A docker that prints these chunks; what it is asked for is no matter here. */
function printing(stderr: readonly Uint8Array[], stdout: readonly Uint8Array[] = [], exitCode = 0): Docker {
  return {
    run: () => Promise.reject(new Error('not asked for')),
    ask: () => Promise.reject(new Error('not asked for')),
    passThrough: () => Promise.reject(new Error('not asked for')),
    start: () => ({ stdout: Readable.from(stdout), stderr: Readable.from(stderr), exit: Promise.resolve(exitCode) }),
  };
}

async function shown(docker: Docker, progress: BuildRun['progress']) {
  const stderr: Uint8Array[] = [];
  const updates: SolveStatus[] = [];
  const outcome = await runBuild(docker, {
    args: [],
    env: {},
    signal: new AbortController().signal,
    redactor: createRedactor([secret()]),
    progress,
    output: {
      stderr: (chunk) => void stderr.push(chunk),
      live: { update: (status) => void updates.push(status), finish: () => void updates.push({}) },
    },
  });
  return { ...outcome, stderr: Buffer.concat(stderr).toString(), updates };
}

function cut(text: string, at: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const edges = [0, ...at.filter((each) => each < bytes.length).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

const cuts = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 8 });
const line = JSON.stringify({ vertexes: [{ digest: 'x', name: `RUN ${token}` }] });

test('plain output is masked wherever the chunks end', () =>
  fc.assert(
    fc.asyncProperty(cuts, async (at) => {
      const { stderr } = await shown(printing(cut(`#1 ${token} größer\n${token.slice(0, 5)}`, at)), 'bytes');
      expect(stderr).toBe(`#1 *** größer\n${token.slice(0, 5)}`);
    }),
  ));

test('rawjson stays rawjson, masked, wherever the chunks end', () =>
  fc.assert(
    fc.asyncProperty(cuts, async (at) => {
      const { stderr } = await shown(printing(cut(`${line}\n${line}\nERROR: ${token}\n`, at)), 'lines');
      const masked = line.replace(token, '***');
      expect(stderr).toBe(`${masked}\n${masked}\nERROR: ***\n`);
    }),
  ));

test('a live view gets masked updates, is finished, and then the text follows', async () => {
  const { stderr, updates } = await shown(printing([Buffer.from(`${line}\nERROR: ${token}`)]), 'live');
  expect(updates).toEqual([{ vertexes: [{ digest: 'x', name: 'RUN ***' }] }, {}]);
  expect(stderr).toBe('ERROR: ***\n');
});

test('a secret of two lines is masked in the text around the progress', async () => {
  const twoLines = `${token}-first\n${token}-second`;
  const stderr: Uint8Array[] = [];
  await runBuild(printing([Buffer.from(`WARN ${twoLines} end\n`)]), {
    args: [],
    env: {},
    signal: new AbortController().signal,
    redactor: createRedactor([secret('KEY', twoLines)]),
    progress: 'lines',
    output: { stderr: (chunk) => void stderr.push(chunk) },
  });
  expect(Buffer.concat(stderr).toString()).toBe('WARN *** end\n');
});

test('the exit code and standard output are the child’s own', async () => {
  const { exitCode, stdout } = await shown(printing([], [Buffer.from('sha256:'), Buffer.from('1\n')], 130), 'bytes');
  expect([exitCode, stdout.toString()]).toEqual([130, 'sha256:1\n']);
});
