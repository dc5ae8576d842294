import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fetchingFor } from '../../../src/build/fetching.ts';
import { handedToOwnMounts } from '../../../src/build/handed.ts';
import type { BuildOptions } from '../../../src/build/host.ts';
import { refuseMissing } from '../../../src/build/required.ts';
import { rewrite } from '../../../src/build/rewrite.ts';
import { readSources, type Sources } from '../../../src/build/sources.ts';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import { requestOf } from '../buildx/command-line.ts';
import { hostIn, writeProject } from './project.ts';

let cwd = '';

beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'safebuild-required-')));
});
afterEach(() => rm(cwd, { recursive: true }));

const value = 'not-a-secret-7f3a91c2d4e8';
const required = 'FROM scratch\nRUN --mount=type=secret,id=npm-token,required=true x\n';

async function read(
  files: Record<string, string>,
  argv: readonly string[] = ['.'],
  env: Record<string, string> = {},
  options: Partial<BuildOptions> = {},
): Promise<Sources> {
  await writeProject(cwd, files);
  const host = hostIn(cwd, env);
  const fetching = fetchingFor(host, { trustSources: true });
  const request = requestOf(...argv);
  try {
    const sources = await readSources(request, { envFiles: [], ...options }, { ...host, fetching });
    refuseMissing(sources, request, env);
    return sources;
  } finally {
    await fetching.close();
  }
}

test('a required mount without a value stops the build, with its line and where it was looked for', async () => {
  await expect(read({ Dockerfile: required, '.env': 'OTHER=x\n' })).rejects.toMatchObject({
    code: 'SECRET_MISSING',
    exitCode: 3,
    message:
      'Line 2 of Dockerfile needs the secret npm-token, which has no value. Tried: --secret, --secret-from, and npm-token or NPM_TOKEN in safebuild.yaml (there is none), .env, .env.local.',
  });
  await expect(read({ '.env': 'NPM_TOKEN=\n' })).rejects.toMatchObject({
    code: 'SECRET_EMPTY',
    message: expect.stringContaining('is empty in .env'),
  });
});

test('a variable of the environment is no answer, and the way to make it one is told', async () => {
  await expect(read({ Dockerfile: required }, ['.'], { NPM_TOKEN: value })).rejects.toMatchObject({
    code: 'SECRET_MISSING',
    hint: expect.stringContaining('--secret id=npm-token,env=NPM_TOKEN'),
  });
  await read({ Dockerfile: required }, ['--secret=id=npm-token,env=NPM_TOKEN', '.'], { NPM_TOKEN: value });
});

test.each([
  ['.env', { '.env': `NPM_TOKEN=${value}\n` }],
  ['a source', { 'safebuild.yaml': 'secrets: { NPM_TOKEN: file:token.txt }', 'token.txt': value }],
])('%s is an answer', async (_, files) => {
  await read({ Dockerfile: required, ...files });
});

test('a stage that is not built, and a mount that is not required, need nothing', async () => {
  const other =
    'FROM scratch AS other\nRUN --mount=type=secret,id=x,required y\nFROM scratch\nRUN --mount=type=secret,id=z y\n';
  await read({ Dockerfile: other });
  await expect(read({}, ['--target=other', '.'])).rejects.toMatchObject({ code: 'SECRET_MISSING' });
});

test('what --secret-from gives is handed over, also to a mount whose id only the builder knows', async () => {
  const argv = ['.'];
  const from = { secretFrom: [{ id: 'npm-token', reference: 'env:MINE' }] };
  const sources = await read(
    { Dockerfile: 'FROM scratch\nARG WHICH=npm\nRUN --mount=type=secret,id=$WHICH-token x\n' },
    argv,
    { MINE: value },
    from,
  );
  const rewritten = await rewrite(sources, requestOf(...argv), {}, async () => true);
  expect(rewritten?.handed.map(({ id, secret }) => [id, secret.reveal().toString()])).toEqual([['npm-token', value]]);
});

test.each([
  ['target=/run/secrets/NPM_TOKEN'],
  ['source=NPM_TOKEN,target=/t'],
  ['"id=NPM_TOKEN"'],
  ['id=NPM_TOKEN,env=X'],
])('a mount of type=secret,%s asks for NPM_TOKEN: it gets it, and is missed without it', async (fields) => {
  const mount = `type=Secret,${fields},required=true`;
  const files = { Dockerfile: `FROM scratch\nRUN --mount=${mount} x\n` };
  const sources = await read({ ...files, '.env': `NPM_TOKEN=${value}\n` });
  const model = sources.dockerfile?.model ?? parseDockerfile('');
  expect(handedToOwnMounts(model, sources, new Set()).map(({ id, asVariable }) => [id, asVariable])).toEqual([
    ['NPM_TOKEN', fields.includes('env=')],
  ]);
  await expect(read({ ...files, '.env': 'OTHER=x\n' })).rejects.toMatchObject({ code: 'SECRET_MISSING' });
});
