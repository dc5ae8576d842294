import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { docker, removeImages, tryDocker, withTempDir } from '../helpers/docker.ts';
import { useEngine } from '../helpers/engine.ts';
import { safebuild } from '../helpers/safebuild.ts';
import type { Engine } from '../helpers/testbed.ts';
import { expectExit } from './rig/expect-exit.ts';
import { writeProject } from './rig/project.ts';

const first = 'not-a-secret-7f3a91c2d4e8';
const second = 'not-a-secret-50b6e8a3c1d7';

// Four digits tell the values apart: the script lies in the image, where a whole one would be a leak.
const script = `set -e
grep -q 7f3a /run/secrets/from-env
grep -q 7f3a /run/secrets/from-file
grep -q '^//npm.example.com/:_authToken=not.*4e8$' /root/.npmrc
case "$FROM_PROGRAM" in
  *7f3a*) echo first > /which ;;
  *50b6*) echo second > /which ;;
  *) exit 1 ;;
esac
`;

const config = `secrets:
  NPM_TOKEN: file:kept/npm-token
  NPMRC: { template: "//npm.example.com/:_authToken=\${NPM_TOKEN}\\n" }
  FROM_PROGRAM: { exec: [cat, kept/program] }
`;

const step = `RUN --mount=type=secret,id=from-env,required --mount=type=secret,id=from-file,required \\
    --mount=type=secret,id=npmrc,target=/root/.npmrc,required sh /step.sh && test -n "$FROM_PROGRAM"`;

async function inProject(
  engine: Engine,
  action: (folder: string, env: Record<string, string>) => Promise<void>,
): Promise<void> {
  await withTempDir(async (parent) => {
    const folder = join(parent, 'project');
    await writeProject(folder, {
      Dockerfile: `FROM busybox:latest\nCOPY step.sh unique /\nARG FROM_PROGRAM\n${step}\n`,
      'step.sh': script,
      'safebuild.yaml': config,
      '.dockerignore': 'kept\n',
      'kept/npm-token': first,
      'kept/from-file': first,
      'kept/program': `${first}\n`,
      unique: parent,
    });
    await removeImages(engine, ['sources']);
    const path = process.env.PATH ?? '';
    await action(folder, { PATH: engine.env.PATH ?? path, XDG_STATE_HOME: join(parent, 'state') });
    await removeImages(engine, ['sources']);
  });
}

const flags = ['--secret-from=from-env=env:MINE', '--secret-from', 'from-file=file:kept/from-file'];

test('values of env:, file:, exec: and a template reach their steps, and a rotated one runs its step again', async () => {
  const engine = await useEngine('containerd');
  await inProject(engine, async (cwd, bare) => {
    const build = (env: Record<string, string>, ...args: string[]) =>
      safebuild([...flags, ...args, '--progress=plain', '--json', '--tag=sources', '.'], {
        engine,
        cwd,
        env: { ...bare, ...env },
      });

    // CI may read files of the project; its program needs trust.
    const refused = await build({ MINE: first, CI: 'true' });
    expectExit(refused, 3);
    expect(refused.stderr).toContain('FROM_PROGRAM: a program');

    const missing = await build({}, '--trust-sources');
    expectExit(missing, 3);
    expect(missing.stderr).toContain(
      'The secret from-env, which Dockerfile line 4 needs, could not be had from env:MINE',
    );
    expect(missing.stderr).not.toMatch(/^#\d/m);

    const built = await build({ MINE: first }, '--trust-sources');
    expectExit(built, 0);
    const report = JSON.parse(built.stdout) as { verdict: string; secrets: { searched: string[] } };
    expect(report.verdict).toBe('clean');
    expect(report.secrets.searched).toEqual(expect.arrayContaining(['NPMRC']));
    expect(`${built.stdout}${built.stderr}`).not.toContain('not-a-secret');
    const which = () => docker(engine, ['run', '--rm', '--network=none', 'sources', 'cat', '/which']);
    expect(await which()).toBe('first');

    const again = await build({ MINE: first }, '--trust-sources');
    expectExit(again, 0);
    expect(again.stderr).toMatch(/^#\d+ CACHED$/m);

    await writeFile(join(cwd, 'kept/program'), `${second}\n`);
    expectExit(await build({ MINE: first }, '--trust-sources'), 0);
    expect(await which()).toBe('second');
  });
});

test('a fetched value that a step writes is found', async () => {
  const engine = await useEngine('containerd');
  await inProject(engine, async (cwd, bare) => {
    // Where no rule looks.
    await writeFile(join(cwd, 'keep.sh'), 'cat /run/secrets/* > /leak\n');
    const leak = 'FROM busybox:latest\nCOPY keep.sh /\nRUN --mount=type=secret,id=npmrc sh /keep.sh\n';
    await writeFile(join(cwd, 'Dockerfile'), leak);
    const ended = await safebuild(['--tag=sources', '.'], { engine, cwd, env: bare });
    expectExit(ended, 5);
    expect(ended.stderr).toContain(
      'not fetched, as nothing that is built uses it, and so not searched for: FROM_PROGRAM',
    );
    expect((await tryDocker(engine, ['image', 'inspect', 'sources'])).exitCode).toBe(1);
  });
});
