import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { askEngine, createDocker, type Docker } from '../../../src/buildx/index.ts';
import { answering, http } from '../publish/answers.ts';

const ask = (answer: string | { exitCode: number; stderr: string }) => {
  const { docker, asked, inputs } = answering({ 'system dial-stdio': answer });
  return { asked, inputs, answer: askEngine(docker, '/v1.48/info') };
};

test('the engine is asked by the client’s own connection', async () => {
  const { asked, inputs, answer } = ask(http(200, { ID: 'one' }));
  await expect(answer).resolves.toEqual({ status: 200, body: { ID: 'one' } });
  expect(asked).toEqual(['system dial-stdio GET /v1.48/info']);
  expect(String(inputs[0])).toBe('GET /v1.48/info HTTP/1.0\r\nHost: docker\r\n\r\n');
});

test('a refusal is an answer', async () => {
  await expect(ask(http(404, { message: 'none' })).answer).resolves.toMatchObject({ status: 404 });
});

test.each([
  ['a client that cannot', { exitCode: 1, stderr: 'unknown command' }],
  ['no HTTP', 'hello'],
  ['half an answer', 'HTTP/1.0 200 OK\r\nContent-'],
  ['an answer in pieces', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'],
])('%s is no answer', async (_, answer) => {
  await expect(ask(answer).answer).resolves.toBeUndefined();
});

test('a body that is no JSON is none', async () => {
  await expect(ask('HTTP/1.0 200 OK\r\n\r\n{"ID":').answer).resolves.toEqual({ status: 200, body: undefined });
});

/** A client that is connected, and takes as little notice of SIGINT and SIGTERM as docker's. */
async function hanging(use: (docker: Docker) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'safebuild-test-'));
  try {
    await writeFile(join(dir, 'docker'), "#!/bin/sh\ntrap '' INT TERM\nexec sleep 600\n", { mode: 0o755 });
    await use(createDocker({ env: { PATH: `${dir}:/usr/bin:/bin` }, cwd: dir }));
  } finally {
    await rm(dir, { recursive: true });
  }
}

test('an engine that never answers is not waited for', () =>
  hanging((docker) => expect(askEngine(docker, '/info', undefined, 50)).resolves.toBeUndefined()));

test('whoever interrupts it waits no longer', () =>
  hanging(async (docker) => {
    const interrupt = new AbortController();
    const answer = askEngine(docker, '/info', interrupt.signal);
    interrupt.abort();
    await expect(answer).resolves.toBeUndefined();
    await expect(askEngine(docker, '/info', interrupt.signal)).resolves.toBeUndefined();
  }));
