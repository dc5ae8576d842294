import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { docker, removeImages, tryDocker, withTempDir } from '../helpers/docker.ts';
import { bothStores, useEngine } from '../helpers/engine.ts';
import { safebuild } from '../helpers/safebuild.ts';
import type { Engine } from '../helpers/testbed.ts';
import { expectExit } from './rig/expect-exit.ts';
import { imageHolds } from './rig/holds.ts';
import { writeProject } from './rig/project.ts';

const yesterday = 'not-a-secret-7f3a91c2d4e8';
const today = 'not-a-secret-50b6e8a3c1d7';
const secretId = '--secret=id=api_token,env=API_TOKEN';

interface Place {
  /** Builds with this value; standard error has the steps. */
  build(value: string, args?: readonly string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>;
}

/** A project whose step gets a secret, on an engine; `unique` keeps one test's cached steps from another's. */
async function inProject(
  engine: Engine,
  run: string,
  action: (place: Place) => Promise<void>,
  give: (value: string, folder: string) => Promise<{ env?: Record<string, string> }> = throughEnvFile,
): Promise<void> {
  await withTempDir(async (parent) => {
    const folder = join(parent, 'project');
    const unique = `${engine.name} ${parent}`;
    await writeProject(folder, {
      Dockerfile: `FROM busybox:latest\nCOPY step.sh unique /\n${run}\n`,
      '.dockerignore': '.env\n',
      'step.sh': script,
      unique,
    });
    // what a test leaves when it fails
    await removeImages(engine, ['rotation']);
    await action({
      async build(value, args = []) {
        const { env } = await give(value, folder);
        return safebuild([...args, '--progress=plain', '--tag=rotation', '.'], {
          engine,
          cwd: folder,
          env: { XDG_STATE_HOME: join(parent, 'state'), ...env },
        });
      },
    });
    await removeImages(engine, ['rotation']);
  });
}

async function throughEnvFile(value: string, folder: string): Promise<{ env?: Record<string, string> }> {
  await writeFile(join(folder, '.env'), `API_TOKEN=${value}\n`);
  return {};
}

async function throughFlag(value: string): Promise<{ env: Record<string, string> }> {
  return { env: { API_TOKEN: value } };
}

// Four digits tell the values apart: the script lies in the image, where a whole one would be a leak.
const script = `case "$(cat /run/secrets/* 2>/dev/null)$API_TOKEN" in
  *7f3a*) echo yesterday > /which ;;
  *50b6*) echo today > /which ;;
esac
ls /run/secrets > /files 2>/dev/null || true
`;

const used = 'ARG API_TOKEN\nRUN sh /step.sh && test -n "$API_TOKEN"';
const mounted = 'RUN --mount=type=secret,id=api_token sh /step.sh';

const ways = [
  { way: 'an ARG that becomes a mount', run: used, files: '', give: throughEnvFile, args: [] },
  { way: "the user's own mount, filled from .env", run: mounted, files: 'api_token', give: throughEnvFile, args: [] },
  { way: "the user's own --secret", run: mounted, files: 'api_token', give: throughFlag, args: [secretId] },
];

test.each(bothStores.flatMap((store) => ways.map((way) => ({ store, ...way }))))(
  '$store: the step runs again when the value has changed, and only then: $way',
  async ({ store, run, files, give, args }) => {
    const engine = await useEngine(store);
    const read = (file: string) => docker(engine, ['run', '--rm', '--network=none', 'rotation', 'cat', file]);
    await inProject(
      engine,
      run,
      async ({ build }) => {
        expectExit(await build(yesterday, args), 0);
        expect(await read('/which')).toBe('yesterday');
        expect(await read('/files')).toBe(files);

        const again = await build(yesterday, args);
        expectExit(again, 0);
        expect(stepOf(again.stderr)).toBe('cached');

        const rotated = await build(today, args);
        expectExit(rotated, 0);
        expect(stepOf(rotated.stderr)).toBe('run');
        expect(await read('/which')).toBe('today');
      },
      give,
    );
  },
);

test.each(bothStores)('%s: a step that leaks is found again after a rotation', async (store) => {
  const engine = await useEngine(store);
  await inProject(
    engine,
    'COPY <<EOF /leak.sh\necho "\\$API_TOKEN" > /plain\nEOF\nARG API_TOKEN\nRUN sh /leak.sh; test -n "$API_TOKEN"',
    async ({ build }) => {
      for (const value of [yesterday, today]) {
        const leaked = await build(value);
        expectExit(leaked, 5);
        expect((await tryDocker(engine, ['image', 'inspect', 'rotation'])).exitCode).toBe(1);
      }
    },
  );
});

test('nothing that is published lets anybody test guesses of the value', async () => {
  const engine = await useEngine('containerd');
  await inProject(engine, used, async ({ build }) => {
    expectExit(await build(yesterday, ['--attest=type=provenance,mode=max']), 0);
    const history = await docker(engine, ['history', '--no-trunc', 'rotation']);
    // the attestation is there, and has the version
    expect(await imageHolds(engine, 'rotation', '"API_TOKEN.', ['raw'])).toBe(true);
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
      for (const text of [yesterday, `API_TOKEN${yesterday}`, `API_TOKEN\0${yesterday}`, `API_TOKEN=${yesterday}`]) {
        const digest = createHash(algorithm).update(text).digest('hex').slice(0, 16);
        expect(history).not.toContain(digest);
        expect(await imageHolds(engine, 'rotation', digest, ['raw'])).toBe(false);
      }
    }
  });
});

/** What BuildKit says of the last step. */
function stepOf(progress: string): 'cached' | 'run' {
  const number = [...progress.matchAll(/^#(\d+) \[[^\]]*\] RUN /gm)].at(-1)?.[1];
  if (number === undefined) throw new Error(`no RUN in:\n${progress}`);
  return new RegExp(`^#${number} CACHED$`, 'm').test(progress) ? 'cached' : 'run';
}
