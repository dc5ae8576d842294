import { generateKeyPairSync } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withTempDir } from '../../helpers/docker.ts';
import { hostIn, rewritten, writeProject } from './project.ts';

const token = 'not-a-secret-7f3a91c2d4e8';
const leaky = 'FROM node:20\nARG NPM_TOKEN\nRUN npm config set x "$NPM_TOKEN" && npm ci\n';
const uses = 'FROM node:20\nARG NPM_TOKEN\nRUN curl -H "Authorization: $NPM_TOKEN" https://example.com/\n';

test('a build argument becomes a mount; lines are kept, and the engine is asked once', () =>
  withTempDir(async (cwd) => {
    await writeProject(cwd, { Dockerfile: uses, '.env': `NPM_TOKEN=${token}\n` });
    const { rewrite, asked } = await rewritten(hostIn(cwd), ['--build-arg', 'NPM_TOKEN', '.']);
    expect(rewrite?.open).toEqual([]);
    expect(rewrite?.text.split('\n')).toHaveLength(uses.split('\n').length);
    expect(rewrite?.text).toContain('--mount=type=secret,id=NPM_TOKEN,');
    expect(rewrite?.text).not.toContain('ARG NPM_TOKEN');
    expect(rewrite?.changed).toBe(true);
    expect([...(rewrite?.dropBuildArgs ?? [])]).toEqual(['NPM_TOKEN']);
    expect(rewrite?.handed.map(({ id, secret }) => [id, secret.reveal().toString()])).toEqual([['NPM_TOKEN', token]]);
    expect(asked).toBe(1);
  }));

test('a frontend without env= gets the file form', () =>
  withTempDir(async (cwd) => {
    await writeProject(cwd, { Dockerfile: uses, '.env': `NPM_TOKEN=${token}\n` });
    const { rewrite } = await rewritten(hostIn(cwd), ['.'], false);
    expect(rewrite?.text).toContain('/run/secrets/');
    expect(rewrite?.text).not.toContain('env=');
  }));

test('a Dockerfile that needs nothing is the user’s own, and the engine is not asked', () =>
  withTempDir(async (cwd) => {
    const Dockerfile = 'FROM node:20\nCOPY package.json .\nRUN npm ci\n';
    await writeProject(cwd, {
      Dockerfile,
      'package.json': '{}',
      '.dockerignore': '.env\n',
      '.env': `NPM_TOKEN=${token}\n`,
    });
    const { rewrite, asked } = await rewritten(hostIn(cwd), ['.']);
    expect(rewrite).toMatchObject({ text: Dockerfile, changed: false, findings: [], open: [] });
    expect(asked).toBe(0);
  }));

test('the user’s own --secret of the same id wins', () =>
  withTempDir(async (cwd) => {
    const Dockerfile = 'FROM node:20\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN npm ci\n';
    await writeProject(cwd, {
      Dockerfile,
      '.env': `NPM_TOKEN=${token}\n`,
      '.dockerignore': '.env',
      own: `${token}-own`,
    });
    const without = await rewritten(hostIn(cwd), ['.']);
    expect(without.rewrite?.handed.map(({ id, asVariable }) => [id, asVariable])).toEqual([['NPM_TOKEN', true]]);
    const own = await rewritten(hostIn(cwd), ['--secret', 'id=NPM_TOKEN,src=own', '.']);
    expect(own.rewrite?.handed).toEqual([]);
  }));

test('a variable that only the environment holds is not handed to a Dockerfile that names it', () =>
  withTempDir(async (cwd) => {
    await writeProject(cwd, { Dockerfile: uses });
    const { rewrite, sources } = await rewritten(hostIn(cwd, { NPM_TOKEN: token }), ['.']);
    expect(sources.secrets.secrets.map(({ name }) => name)).toContain('NPM_TOKEN');
    expect(rewrite?.handed).toEqual([]);
  }));

test('lines are appended to the ignore file, where they win', () =>
  withTempDir(async (cwd) => {
    await writeProject(cwd, {
      Dockerfile: 'FROM node:20\nCOPY . .\n',
      '.dockerignore': '*.log\n!.env',
      '.env': `NPM_TOKEN=${token}\n`,
    });
    const { rewrite } = await rewritten(hostIn(cwd), ['.']);
    expect(rewrite).toMatchObject({ open: [], changed: true, ignore: '*.log\n!.env\n.env\n' });
  }));

test('a Dockerfile on standard input is read, and handed on as it is', () =>
  withTempDir(async (cwd) => {
    await writeProject(cwd, { '.env': `NPM_TOKEN=${token}\n` });
    const { sources, rewrite } = await rewritten(hostIn(cwd, {}, uses), ['-']);
    expect(sources.context).toEqual({ kind: 'empty' });
    expect(sources.input?.toString()).toBe(uses);
    expect(rewrite?.text).toContain('--mount=type=secret');
  }));

test('an archive on standard input is not taken for a Dockerfile', () =>
  withTempDir(async (cwd) => {
    const { sources, rewrite } = await rewritten(hostIn(cwd, {}, 'BZh91AY not a Dockerfile'), ['-']);
    expect(sources.context).toMatchObject({ kind: 'opaque' });
    expect(rewrite).toBeUndefined();
  }));

const canaries = fc.stringMatching(/^not-a-secret-[A-Za-z0-9]{16,24}$/);
const shapes = [
  leaky,
  uses,
  'FROM node:20\nARG NPM_TOKEN=@\nRUN npm ci --//example.com/:_authToken=$NPM_TOKEN\n',
  'FROM node:20\nENV NPM_TOKEN=@\nRUN npm ci\n',
  'FROM node:20\nRUN curl -u user:@ https://example.com/\n',
  'FROM node:20\nLABEL token="@"\nCMD ["app", "--token=@"]\n',
  'FROM node:20\nRUN <<EOF\necho @ > /root/.npmrc\nEOF\n',
  'FROM node:20\nCOPY . .\nCOPY .env secrets.txt /app/\n# @\n',
];

test('neither a rewritten Dockerfile that is built nor any finding holds a value', () =>
  fc.assert(
    fc.asyncProperty(canaries, fc.constantFrom(...shapes), fc.boolean(), (canary, shape, secretEnv) =>
      withTempDir(async (cwd) => {
        await writeProject(cwd, {
          Dockerfile: shape.replaceAll('@', canary),
          '.env': `NPM_TOKEN=${canary}\n`,
          'secrets.txt': `NPM_TOKEN=${canary}\n`,
        });
        const argv = ['--build-arg', `NPM_TOKEN=${canary}`, '--label', `x=${canary}`, '.'];
        const { rewrite } = await rewritten(hostIn(cwd, { OTHER: canary }), argv, secretEnv);
        const { text = '', open = [], handed: _, dropBuildArgs: __, ...said } = rewrite ?? {};
        expect(JSON.stringify([open, { ...said, text: '' }])).not.toContain(canary.slice(0, 20));
        if (open.length === 0) expect(text).not.toContain(canary);
      }),
    ),
    { numRuns: 40 },
  ));

test('a mount of the user’s own gets the ignored file that safebuild.yaml says the build needs', () =>
  withTempDir(async (cwd) => {
    const mount = 'RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci\n';
    await writeProject(cwd, {
      Dockerfile: `FROM node:20\n${mount}COPY . .\n`,
      '.npmrc': `//npm.example.com/:_authToken=${token}\n`,
      '.dockerignore': '.npmrc\n',
      'safebuild.yaml': 'files:\n  .npmrc: { needed: build }\n',
    });
    const { rewrite, sources } = await rewritten(hostIn(cwd), ['.']);
    expect(rewrite).toMatchObject({ findings: [], changed: false });
    expect(rewrite?.handed.map(({ id, secret }) => [id, secret.name])).toEqual([['npmrc', '.npmrc']]);
    expect(sources.secrets.secrets.some((secret) => secret.reveal().toString() === token)).toBe(true);
  }));

test('a mount of the user’s own gets the part of a secret that the rules call so', () =>
  withTempDir(async (cwd) => {
    await writeProject(cwd, {
      Dockerfile: 'FROM node:20\nRUN --mount=type=secret,id=DATABASE_URL-password,env=DB_PASSWORD ./migrate\n',
      '.env': `DATABASE_URL=postgres://app:${token}@db.example.com/app\n`,
      '.dockerignore': '.env',
    });
    const { rewrite } = await rewritten(hostIn(cwd), ['.']);
    expect(rewrite?.handed.map(({ id, secret }) => [id, secret.reveal().toString()])).toEqual([
      ['DATABASE_URL-password', token],
    ]);
  }));

test('a file outside of the context is given to no mount', () =>
  withTempDir(async (folder) => {
    await writeProject(folder, {
      '.npmrc': `//npm.example.com/:_authToken=${token}\n`,
      'app/Dockerfile': 'FROM node:20\nRUN --mount=type=secret,id=npmrc npm ci\n',
      'app/safebuild.yaml': 'files:\n  ../.npmrc: { needed: build }\n  link/.npmrc: { needed: build }\n',
    });
    const cwd = join(folder, 'app');
    await symlink('..', join(cwd, 'link'));
    expect((await rewritten(hostIn(cwd), ['.'])).rewrite?.handed).toEqual([]);
  }));

test('a key that safebuild.yaml says is public stays where the Dockerfile puts it', () =>
  withTempDir(async (dir) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    await writeProject(dir, {
      Dockerfile: 'FROM scratch\nCOPY . /app\nCOPY test/key.pem /etc/key.pem\n',
      'test/key.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    });
    const asSecret = await rewritten(hostIn(dir), ['.']);
    expect(asSecret.sources.credentials.map(({ path }) => path)).toEqual(['test/key.pem']);
    await writeProject(dir, { 'safebuild.yaml': 'files: { test/key.pem: { needed: image } }\n' });
    const asPublic = await rewritten(hostIn(dir), ['.']);
    expect(asPublic.sources.secrets.secrets).toEqual([]);
    expect(asPublic.rewrite?.open ?? []).toEqual([]);
    expect(asPublic.rewrite?.findings ?? []).toEqual([]);
  }));

test('a step gets a stage of its own when that is needed, and not where multi-stage says never', () =>
  withTempDir(async (cwd) => {
    const Dockerfile = `FROM debian
ARG NPM_TOKEN
RUN curl -H "X-Key: $NPM_TOKEN" -o /tmp/sdk.tar https://files.example.com/sdk.tar
COPY app /app
RUN tar xf /tmp/sdk.tar -C /opt
RUN rm /tmp/sdk.tar
`;
    const files = { Dockerfile, '.env': `NPM_TOKEN=${token}\n`, '.dockerignore': '.env\n', 'app/x': '' };
    await writeProject(cwd, files);
    const { rewrite } = await rewritten(hostIn(cwd), ['.']);
    expect(rewrite?.text).toContain('FROM final-base AS final-private\nRUN --mount=type=secret,id=NPM_TOKEN');
    expect(rewrite?.text).toContain(
      'RUN --mount=type=bind,from=final-private,source=/tmp/sdk.tar,target=/tmp/sdk.tar tar',
    );
    const all = await rewritten(hostIn(cwd), ['--cache-to=type=local,dest=cache,mode=max', '.']);
    expect(all.rewrite?.text).not.toContain('private');
    await writeProject(cwd, { 'safebuild.yaml': 'multi-stage: never\n' });
    const never = await rewritten(hostIn(cwd), ['.']);
    expect(never.rewrite?.text.match(/^FROM/gm)).toHaveLength(1);
    expect(never.rewrite?.findings.map(({ remedy }) => remedy).join()).toContain('multi-stage: never forbids');
  }));
