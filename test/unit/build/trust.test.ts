import { mkdir, mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { permitSources, type TrustAnswer, type TrustOptions } from '../../../src/build/trust.ts';
import type { Demand } from '../../../src/secrets/index.ts';

let root = '';
let project = '';
let shown: string[][] = [];

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'safebuild-trust-')));
  project = join(root, 'project');
  await mkdir(project);
  shown = [];
});
afterEach(() => rm(root, { recursive: true }));

const program: Demand = {
  about: 'A',
  title: 'a program',
  what: 'exec:get x',
  brief: 'exec:get',
  level: 'always',
  digest: 'd-program',
};
const store: Demand = {
  about: 'B',
  title: 'Vault',
  what: 'vault://kv/b#x',
  brief: 'vault://kv/b#x',
  level: 'outside',
  digest: 'd-store',
};

const permitted = (demands: Demand[], options: Partial<TrustOptions> & { answer?: TrustAnswer } = {}) => {
  const { answer, env = {}, ...others } = options;
  const ask = async (asked: readonly Demand[]) => {
    shown.push(asked.map(({ about }) => about));
    return answer ?? 'no';
  };
  return permitSources(demands, project, {
    env: { XDG_STATE_HOME: join(root, 'state'), ...env },
    given: false,
    ...(answer === undefined ? {} : { ask }),
    ...others,
  }).then(
    () => true,
    (error: { code: string; exitCode: number }) => {
      expect(error).toMatchObject({ code: 'SOURCE_FAILED', exitCode: 3 });
      return false;
    },
  );
};

test('nobody there to ask: refused, unless trust is given', async () => {
  expect(await permitted([store])).toBe(false);
  expect(await permitted([program, store], { given: true })).toBe(true);
  expect(await permitted([program, store], { env: { SAFEBUILD_TRUST_SOURCES: '1' } })).toBe(true);
  expect(await permitted([program], { env: { SAFEBUILD_TRUST_SOURCES: '0' } })).toBe(false);
});

test('CI lets stores be asked, but no project start a program or name a server', async () => {
  expect(await permitted([store], { env: { CI: 'true' } })).toBe(true);
  expect(await permitted([store, program], { env: { CI: 'true' } })).toBe(false);
  expect(await permitted([store], { env: { CI: 'false' } })).toBe(false);
});

test('an answer is remembered only when it is to be, and only for what was shown', async () => {
  expect(await permitted([store], { answer: 'no' })).toBe(false);
  expect(await permitted([store], { answer: 'once' })).toBe(true);
  expect(await permitted([store], { answer: 'always' })).toBe(true);
  expect(await permitted([store])).toBe(true);
  expect(await permitted([store, program], { answer: 'always' })).toBe(true);
  expect(await permitted([store, program])).toBe(true);
  expect(await permitted([{ ...store, digest: 'another' }])).toBe(false);
  expect(shown).toEqual([['B'], ['B'], ['B'], ['A']]);
});

test('another project is another question', async () => {
  await permitted([store], { answer: 'always' });
  project = join(root, 'another');
  await mkdir(project);
  expect(await permitted([store])).toBe(false);
});

test('what is remembered is private, and never taken from the project itself', async () => {
  await permitted([store], { answer: 'always' });
  const dir = join(root, 'state', 'safebuild', 'trust');
  const [name = ''] = await readdir(dir);
  expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  expect(await permitted([store], { contextDir: root })).toBe(false);
});
