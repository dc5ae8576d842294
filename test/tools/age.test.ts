import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { age } from '../../src/secrets/providers/age/index.ts';
import { fetchOne, providerHost, refusalOf } from '../helpers/provider-host.ts';
import { makePlace, type Place } from './rig/place.ts';

const bytes = Uint8Array.of(0xff, 0, 0x41, 0x0a);
let place: Place;

beforeAll(async () => {
  place = await makePlace();
  await place.run('age-keygen', ['-o', 'keys.txt']);
  await place.run('age-keygen', ['-o', 'other.txt']);
  const recipient = (await place.run('age-keygen', ['-y', 'keys.txt'])).trim();
  await place.run('age', ['-r', recipient, '-o', 'value.age'], 'not-a-secret-7f3a91c2d4e8\n');
  await place.run('age', ['-r', recipient, '-a', '-o', '-n.age'], bytes);
});
afterAll(() => place.remove());

const host = (env: Record<string, string>) =>
  providerHost({ env: { ...place.env, ...env }, cwd: place.folder, home: place.folder });

test('the whole content is the value, with its own newline, binary and armored', async () => {
  const env = { AGE_IDENTITY: 'keys.txt' };
  const text = await fetchOne(age, 'age://value.age', host(env));
  expect(text.value.toString()).toBe('not-a-secret-7f3a91c2d4e8\n');
  expect((await fetchOne(age, 'age://-n.age', host(env))).value).toEqual(Buffer.from(bytes));
});

test('a key of the environment is taken, with the comments of its file', async () => {
  const SOPS_AGE_KEY = await readFile(join(place.folder, 'keys.txt'), 'utf8');
  const text = await fetchOne(age, 'age://value.age', host({ SOPS_AGE_KEY }));
  expect(text.value.toString()).toBe('not-a-secret-7f3a91c2d4e8\n');
});

test("another's identity, a file that is none, and a broken file are told without age's words", async () => {
  const refused = async (file: string, identity: string) =>
    (await refusalOf(fetchOne(age, `age://${file}`, host({ AGE_IDENTITY: identity })))).text;
  expect(await refused('value.age', 'other.txt')).toContain('for another age identity');
  await writeFile(join(place.folder, 'none.txt'), 'not-a-secret-7f3a91c2d4e8\n');
  const none = await refused('value.age', 'none.txt');
  expect(none).toContain('identity cannot be used');
  expect(none).not.toContain('7f3a91c2d4e8');
  const whole = await readFile(join(place.folder, 'value.age'));
  await writeFile(join(place.folder, 'half.age'), whole.subarray(0, -8));
  expect(await refused('half.age', 'keys.txt')).toContain('age failed to decrypt');
});
