import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createDocker, type Docker, objectOf } from '../../../src/buildx/index.ts';

/** An engine at the other end of `docker system dial-stdio`, one process a line. It notes what it was asked. */
const program = `#!/usr/bin/env node
const { appendFileSync } = require('node:fs');
const { createServer, ServerResponse } = require('node:http');
const { Duplex } = require('node:stream');
const note = (text) => appendFileSync(__dirname + '/asked', text + '\\n');
note(process.argv.slice(2).join(' '));
const server = createServer(async (request, response) => {
  let bytes = 0;
  for await (const chunk of request) bytes += chunk.length;
  note(request.method + ' ' + request.url + (bytes > 0 ? ' with ' + bytes : ''));
  if (request.url === '/silence') return;
  if (request.url === '/last') response.once('close', () => process.exit());
  response.statusCode = request.url === '/none' ? 404 : 200;
  response.write('{"ID":');
  response.end('"one"}');
});
server.emit('connection', Duplex.from({ readable: process.stdin, writable: process.stdout }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
`;

interface Engine {
  docker: Docker;
  asked(): Promise<string[]>;
}

async function withEngine(use: (engine: Engine) => Promise<void>, text = program): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'safebuild-test-'));
  const stops = new Set<() => void>();
  try {
    await writeFile(join(dir, 'docker'), text, { mode: 0o755 });
    const docker = createDocker({
      env: { PATH: `${dir}:${process.env.PATH}` },
      cwd: dir,
      watch(stop) {
        stops.add(stop);
        return () => stops.delete(stop);
      },
    });
    await use({ docker, asked: async () => (await readFile(join(dir, 'asked'), 'utf8')).trimEnd().split('\n') });
  } finally {
    for (const stop of stops) stop();
    await rm(dir, { recursive: true });
  }
}

test('questions follow each other on one line, which docker opens', () =>
  withEngine(async ({ docker, asked }) => {
    const [first, second] = await Promise.all([docker.ask({ path: '/info' }), docker.ask({ path: '/none' })]);
    expect(first).toEqual({ status: 200, text: '{"ID":"one"}' });
    expect(objectOf(first)).toEqual({ ID: 'one' });
    expect(second?.status).toBe(404);
    expect(objectOf(second)).toBeUndefined();
    await docker.ask({ path: '/third' });
    expect(await asked()).toEqual(['system dial-stdio', 'GET /info', 'GET /none', 'GET /third']);
  }));

test('an order may have a body', () =>
  withEngine(async ({ docker, asked }) => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(70_000);
      yield Buffer.alloc(7);
    }
    await expect(docker.ask({ method: 'POST', path: '/load', body: body() })).resolves.toMatchObject({ status: 200 });
    expect((await asked())[1]).toBe('POST /load with 70007');
  }));

test('an engine that hung up between two questions is asked again', () =>
  withEngine(async ({ docker, asked }) => {
    await docker.ask({ path: '/last' });
    await expect(docker.ask({ path: '/info' })).resolves.toMatchObject({ status: 200 });
    expect((await asked()).filter((line) => line === 'system dial-stdio')).toHaveLength(2);
  }));

test('an engine that never answers is not waited for, and can be asked again', () =>
  withEngine(async ({ docker }) => {
    await expect(docker.ask({ path: '/silence', waitMs: 300 })).resolves.toBeUndefined();
    await expect(docker.ask({ path: '/info' })).resolves.toMatchObject({ status: 200 });
  }));

test('whoever interrupts it waits no longer', () =>
  withEngine(async ({ docker }) => {
    const interrupt = new AbortController();
    await docker.ask({ path: '/info' });
    const answer = docker.ask({ path: '/silence', signal: interrupt.signal });
    interrupt.abort();
    await expect(answer).resolves.toBeUndefined();
    await expect(docker.ask({ path: '/info', signal: interrupt.signal })).resolves.toBeUndefined();
  }));

test.each([
  ['a client that cannot', '#!/bin/sh\nexit 1\n'],
  ['no HTTP', '#!/bin/sh\nread -r line\necho hello\nsleep 600\n'],
  ['half an answer', "#!/bin/sh\nread -r line\nprintf 'HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhalf'\n"],
  ['no program', 'not a program'],
])('%s is no answer', (_, text) =>
  withEngine(async ({ docker }) => {
    await expect(docker.ask({ path: '/info' })).resolves.toBeUndefined();
    await expect(docker.ask({ path: '/info' })).resolves.toBeUndefined();
  }, text),
);

test('without a docker client there is no answer', async () => {
  const docker = createDocker({ env: { PATH: '/nonexistent' }, cwd: '/' });
  await expect(docker.ask({ path: '/info' })).resolves.toBeUndefined();
});

test('an answer without end is none', () =>
  withEngine(async ({ docker }) => {
    await expect(docker.ask({ path: '/info' })).resolves.toBeUndefined();
  }, "#!/bin/sh\nread -r line\nprintf 'HTTP/1.1 200 OK\\r\\n\\r\\n'\nexec cat /dev/zero\n"));
