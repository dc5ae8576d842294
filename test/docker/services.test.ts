import { expect, test } from '@jest/globals';
import { docker, removeImages, tryDocker } from '../helpers/docker.ts';
import { bothStores, useEngine } from '../helpers/engine.ts';
import { withService } from '../helpers/services.ts';
import { startNpmRegistry, startPythonIndex, startRegistry } from '../helpers/testbed.ts';

test.each(bothStores)(
  '%s: the registry takes a push, gives it back by digest, and shows what it received',
  async (name) => {
    const engine = await useEngine(name);
    await withService(startRegistry, async (registry) => {
      const image = `${registry.host}/team/app`;
      await docker(engine, ['tag', 'busybox:latest', `${image}:1`]);
      await docker(engine, ['push', '--quiet', `${image}:1`]);
      const received = await registry.received();
      const tagged = received.filter(({ tags }) => tags.includes('1'));
      expect(tagged).toEqual([
        { repository: 'team/app', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), tags: ['1'] },
      ]);
      await removeImages(engine, [`${image}:1`]);
      await docker(engine, ['pull', '--quiet', `${image}@${tagged[0]?.digest}`]);
      await removeImages(engine, [`${image}@${tagged[0]?.digest}`]);
    });
  },
);

test('a registry with a login refuses whoever has none', async () => {
  const login = { user: 'ci', password: 'not-a-secret-7f3a91c2d4e8' };
  await withService(
    () => startRegistry(login),
    async ({ url }) => {
      const authorization = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
      expect((await fetch(`${url}/v2/`)).status).toBe(401);
      expect((await fetch(`${url}/v2/`, { headers: { authorization } })).status).toBe(200);
    },
  );
});

test('a build gets the private npm package with the token and not without it', async () => {
  const engine = await useEngine('containerd', ['node:20-slim']);
  await withService(startNpmRegistry, async ({ npmrc, token }) => {
    const install = 'npm install @corp/widget && node -e "console.log(require(\'@corp/widget\')())"';
    const input = `FROM node:20-slim\nWORKDIR /app\nCOPY <<'EOF' .npmrc\n${npmrc}EOF\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN ${install}\n`;
    const args = [
      'build',
      '--network=host',
      '--no-cache',
      '--progress=plain',
      '--output=type=cacheonly',
      '--secret=id=NPM_TOKEN',
      '-',
    ];
    const withToken = { ...engine, env: { ...engine.env, NPM_TOKEN: token } };
    const built = await tryDocker(withToken, args, { input });
    expect(built.stderr).toContain('the private widget says hello');
    const refused = await tryDocker({ ...engine, env: { ...engine.env, NPM_TOKEN: 'not-a-token' } }, args, { input });
    expect(refused.exitCode).toBe(1);
  });
});

test('a build gets the private Python package with the credentials and not without them', async () => {
  const engine = await useEngine('containerd', ['python:3.11-slim']);
  await withService(startPythonIndex, async ({ url, indexUrl }) => {
    const build = (index: string) =>
      tryDocker(engine, ['build', '--network=host', '--no-cache', '--progress=plain', '--output=type=cacheonly', '-'], {
        input: `FROM python:3.11-slim\nRUN pip install --no-input --index-url=${index} corp-lib && python -c 'import corp_lib; print(corp_lib.VALUE)'\n`,
      });
    expect((await build(indexUrl)).stderr).toMatch(/ 42$/m);
    expect((await build(url)).exitCode).toBe(1);
  });
});
