import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { docker, removeImages, withTempDir } from '../helpers/docker.ts';
import { bothStores, useEngine } from '../helpers/engine.ts';
import type { Engine } from '../helpers/testbed.ts';
import { expectExit } from './rig/expect-exit.ts';
import { cleanProject, leakyProject, token } from './rig/leaky.ts';
import { withWorkplace } from './rig/workplace.ts';

/** Two images that plain docker built: one with the token in a file, one without it. */
async function withImages(engine: Engine, action: () => Promise<void>): Promise<void> {
  await withTempDir(async (folder) => {
    for (const content of [token, 'nothing']) {
      const input = `FROM busybox:latest\nRUN echo "${content}" > /app.txt\nRUN rm /app.txt\n`;
      const name = content === token ? 'verify-leaky' : 'verify-clean';
      await docker(engine, ['build', `--tag=${name}`, '-'], { input, cwd: folder });
    }
  });
  await action();
  await removeImages(engine, ['verify-leaky', 'verify-clean']);
}

test.each(bothStores)('%s: verify searches an image, a saved image, and one on standard input', async (store) => {
  const engine = await useEngine(store);
  await withImages(engine, () =>
    withWorkplace(engine, { '.env': `TOKEN=${token}\n` }, async (place) => {
      for (const [image, exitCode] of [
        ['verify-leaky', 5],
        ['verify-clean', 0],
      ] as const) {
        await docker(engine, ['save', '--output', join(place.folder, 'image.tar'), image]);
        const input = await readFile(join(place.folder, 'image.tar'));
        const runs = [
          await place.safebuild(['verify', image]),
          await place.safebuild(['verify', 'image.tar']),
          await place.safebuild(['verify', '-'], { input }),
        ];
        for (const run of runs) {
          expectExit(run, exitCode);
          expect(run.stderr.includes('app.txt')).toBe(exitCode === 5);
          expect(run.stderr).not.toContain(token);
        }
      }
    }),
  );
});

test('containerd: verify searches an OCI layout, and --json says where the secret is', async () => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, leakyProject, async (place) => {
    // a step that echoes no token: the one leak is the file
    const input = `FROM busybox:latest\nCOPY <<EOF /app.txt\n${token}\nEOF\n`;
    await docker(engine, ['build', '--output=type=oci,tar=false,dest=layout', '-'], { cwd: place.folder, input });
    const found = await place.safebuild(['verify', '--json', 'layout']);
    expectExit(found, 5);
    const report = JSON.parse(found.stdout) as { verdict: string; leaks: object[] };
    expect(report.verdict).toBe('leak');
    expect(report.leaks).toEqual([
      expect.objectContaining({
        secret: 'TOKEN',
        location: expect.objectContaining({ place: 'layer', path: 'app.txt', visible: true }),
      }),
    ]);
  });
});

test('verify of what does not exist, or without any secret to look for, is an error', async () => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, cleanProject, async (place) => {
    expectExit(await place.safebuild(['verify', 'verify-no-such-image']), 2);
  });
  await withWorkplace(engine, {}, async (place) => {
    const run = await place.safebuild(['verify', 'busybox:latest']);
    expectExit(run, 2);
    expect(run.stderr).toContain('no secret');
  });
});
