import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { docker, removeImages, withTempDir } from '../helpers/docker.ts';
import { bothStores, useEngine } from '../helpers/engine.ts';
import { withService } from '../helpers/services.ts';
import { type Engine, startRegistry } from '../helpers/testbed.ts';
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

test('verify of what does not exist, or without anything to look for, is an error', async () => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, cleanProject, async (place) => {
    expectExit(await place.safebuild(['verify', 'docker-daemon:verify-no-such-image']), 2);
    expectExit(await place.safebuild(['verify', 'no-such-image.tar']), 2);
  });
  await withWorkplace(engine, { 'safebuild.yaml': 'detectors: off\n' }, async (place) => {
    const run = await place.safebuild(['verify', 'busybox:latest']);
    expectExit(run, 2);
    expect(run.stderr).toContain('no secret');
  });
});

const login = { user: 'ci', password: 'not-a-secret-login-91c2d4e87f3a' };

/** An engine whose docker logs in at this registry; safebuild is given the same variable. */
function loggedIn(engine: Engine, host: string): { engine: Engine; env: Record<string, string> } {
  const auth = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host]: { auth } } }) };
  return { engine: { ...engine, env: { ...engine.env, ...env } }, env };
}

test('containerd: verify reads an image, its attestations and a cache export from a registry with a login', async () => {
  const plain = await useEngine('containerd');
  await withService(
    () => startRegistry(login),
    (registry) =>
      withWorkplace(plain, { '.env': `TOKEN=${token}\n` }, async (place) => {
        const { engine, env } = loggedIn(plain, registry.host);
        const push = async (name: string, input: string, flags: readonly string[] = []): Promise<string> => {
          const output = `--output=type=image,name=${registry.host}/${name},push=true`;
          await docker(engine, ['buildx', 'build', output, ...flags, '-'], { cwd: place.folder, input });
          await removeImages(engine, [`${registry.host}/${name}`]);
          return `${registry.host}/${name}`;
        };
        const file = `FROM busybox:latest\nCOPY <<EOF /app.txt\n${token}\nEOF\nRUN rm /app.txt\n`;
        const leaky = await push('team/leaky:1', file, ['--provenance=false']);
        const clean = await push('clean:1', 'FROM busybox:latest\nRUN echo clean > /app.txt\n');
        const told = await push('told:1', `FROM busybox:latest\nRUN echo 1\n`, [
          '--provenance=mode=max',
          `--build-arg=UNUSED=${token}`,
        ]);
        const discarded = file.replace('RUN rm /app.txt', 'FROM scratch\nCOPY --from=0 /bin/true /');
        const cached = ['registry', 'local'].map((type) =>
          type === 'local' ? 'type=local,dest=cache,mode=max' : `type=registry,ref=${registry.host}/cache:1,mode=max`,
        );
        await push(
          'small:1',
          discarded,
          cached.map((to) => `--cache-to=${to}`),
        );

        const verify = async (subject: string, exitCode: number): Promise<string> => {
          const run = await place.safebuild(['verify', '--json', subject], { env });
          expectExit(run, exitCode);
          expect(run.stdout + run.stderr).not.toContain(token);
          return run.stdout;
        };
        await verify(clean, 0);
        expect(await verify(leaky, 5)).toContain('"app.txt"');
        expect(await verify(`docker://${leaky}`, 5)).toContain('"app.txt"');
        expect(await verify(told, 5)).toContain('"attestation"');
        expect(await verify(`${registry.host}/cache:1`, 5)).toContain('"app.txt"');
        expect(await verify('cache', 5)).toContain('"app.txt"');
        await verify(`${registry.host}/clean:2`, 2);
        // without the login, and what the registry then says is not taken for an answer
        const refused = await place.safebuild(['verify', clean]);
        expectExit(refused, 6);
        expect(refused.stderr).toContain(`docker login ${registry.host}`);
      }),
  );
});

test('containerd: verify searches what -o local and -o tar wrote', async () => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, { '.env': `TOKEN=${token}\n` }, async (place) => {
    for (const content of [token, 'nothing']) {
      const input = `FROM scratch\nCOPY <<EOF /web/manifest.json\n{"name":"${content}"}\nEOF\n`;
      const outputs = ['type=local,dest=out', 'type=tar,dest=out.tar'];
      for (const output of outputs)
        await docker(engine, ['buildx', 'build', `--output=${output}`, '-'], { cwd: place.folder, input });
      for (const written of ['out', 'out.tar']) {
        const run = await place.safebuild(['verify', written]);
        expectExit(run, content === token ? 5 : 0);
        expect(run.stderr.includes('web/manifest.json')).toBe(content === token);
      }
    }
  });
});
