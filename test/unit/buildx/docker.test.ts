import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createDocker, type Docker } from '../../../src/buildx/docker.ts';
import { withTempDir } from '../../helpers/docker.ts';

/** A handle on a script in docker's place: how a child is run, not what docker does. */
async function withScript(script: string, action: (docker: Docker) => Promise<void>): Promise<void> {
  await withTempDir(async (dir) => {
    await writeFile(join(dir, 'docker'), `#!/bin/sh\n${script}\n`);
    await chmod(join(dir, 'docker'), 0o755);
    await action(createDocker({ env: { PATH: `${dir}:/usr/bin:/bin`, KEPT: 'kept' }, cwd: dir }));
  });
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('a short command gives its exit code and all that it printed, to the byte', () =>
  withScript('echo "$KEPT $ADDED $#"; echo err >&2; exit 3', async (docker) => {
    const result = await docker.run(['a b', ''], { env: { ADDED: 'added' } });
    expect(result).toEqual({ exitCode: 3, stdout: 'kept added 2\n', stderr: 'err\n' });
  }));

test('a long command is read as it runs', () =>
  withScript('echo out; echo err >&2; exit 7', async (docker) => {
    const child = docker.start([], { input: new Uint8Array() });
    expect(await Promise.all([textOf(child.stdout), textOf(child.stderr), child.exit])).toEqual(['out\n', 'err\n', 7]);
  }));

test('input reaches the child whole, in pieces or at once', () =>
  withScript('cat', async (docker) => {
    const bytes = Buffer.alloc(300_000, 'x');
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    };
    expect((await docker.run([], { input: bytes })).stdout.length).toBe(bytes.length);
    expect((await docker.run([], { input: pieces() })).stdout.length).toBe(bytes.length);
  }));

test('half an input is never taken for a whole one', () =>
  withScript('exec cat', async (docker) => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('the source broke');
    };
    // Ended by the signal: with the end of its input it would have ended with 0.
    expect((await docker.run([], { input: broken() })).exitCode).toBe(130);
  }));

test('a child that takes no input ends as it likes', () =>
  withScript('exec 0<&-; exit 4', async (docker) => {
    expect((await docker.run([], { input: Buffer.alloc(3_000_000) })).exitCode).toBe(4);
  }));

test('an interrupt reaches the child as SIGINT, and ends with 130 whatever the child makes of it', () =>
  withScript('trap "echo stopped; exit 130" INT; echo ready; while :; do sleep 0.05; done', async (docker) => {
    const controller = new AbortController();
    const child = docker.start([], { input: new Uint8Array(), signal: controller.signal });
    let printed = '';
    for await (const chunk of child.stdout) {
      printed += chunk;
      if (printed === 'ready\n') controller.abort();
    }
    expect([printed, await child.exit]).toEqual(['ready\nstopped\n', 130]);
    expect((await docker.run([], { signal: controller.signal })).exitCode).toBe(130);
  }));

test('a client that is not there is one clear error, without arguments or environment', async () => {
  const docker = createDocker({ env: { PATH: '/nowhere', TOKEN: 'not-a-secret-7f3a91c2d4e8' }, cwd: '/' });
  const unavailable = { code: 'ENGINE_UNAVAILABLE', message: expect.stringContaining('not found on PATH') };
  for (const run of [docker.run(['x']), docker.passThrough(['x']), docker.start(['x']).exit]) {
    const error = await run.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(unavailable);
    expect(JSON.stringify(error)).not.toContain('not-a-secret');
  }
});

test('what the system would not even start is an exit code: Node’s error would quote the value', () =>
  withScript('exit 0', async (docker) => {
    const env = { TOKEN: 'not-a-secret-7f3a91c2d4e8\0' };
    expect(await docker.run([], { env })).toEqual({ exitCode: 1, stdout: '', stderr: '' });
    expect(await docker.passThrough([], { env })).toBe(1);
    const child = docker.start([], { env });
    expect(await Promise.all([textOf(child.stdout), textOf(child.stderr), child.exit])).toEqual(['', '', 1]);
  }));

test('a client that may not be run is no missing one', () =>
  withTempDir(async (dir) => {
    await writeFile(join(dir, 'docker'), 'no program', { mode: 0o644 });
    const docker = createDocker({ env: { PATH: dir }, cwd: dir });
    expect((await docker.run([])).exitCode).toBe(1);
  }));

test('a short command that never stops printing is stopped', () =>
  withScript('exec yes', async (docker) => {
    const result = await docker.run([]);
    expect(result).toMatchObject({ stdout: '', stderr: '' });
    expect(result.exitCode).not.toBe(0);
  }));

test('whoever watches the children can stop them, and hears when they have ended', () =>
  withTempDir(async (dir) => {
    await writeFile(join(dir, 'docker'), '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
    const running = new Set<() => void>();
    const watch = (stop: () => void) => {
      running.add(stop);
      return () => running.delete(stop);
    };
    const docker = createDocker({ env: { PATH: `${dir}:/usr/bin:/bin` }, cwd: dir, watch });
    const ended = docker.run([]);
    expect(running.size).toBe(1);
    for (const stop of running) stop();
    expect((await ended).exitCode).toBe(130);
    expect(running.size).toBe(0);
  }));
