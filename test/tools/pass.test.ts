import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pass } from '../../src/secrets/providers/pass/index.ts';
import { fetchAll, fetchOne, providerHost, refusalOf } from '../helpers/provider-host.ts';
import { makePlace, type Place } from './rig/place.ts';

const login = 'not-a-secret-7f3a91c2d4e8\nuser: app\n';
const passphrase = 'not-a-secret-passphrase';
let place: Place;

beforeAll(async () => {
  place = await makePlace();
  // what asks for a passphrase cannot run, as where there is no terminal
  await writeFile(join(place.folder, 'gpg-agent.conf'), 'pinentry-program /bin/false\nallow-loopback-pinentry\n');
  await makeKey('open@example.com', '');
  await makeKey('locked@example.com', passphrase);
  await place.run('pass', ['init', 'open@example.com']);
  await place.run('pass', ['init', '--path=locked', 'locked@example.com']);
  await place.run('pass', ['insert', '--echo', 'token'], 'not-a-secret-token\n');
  await place.run('pass', ['insert', '--multiline', 'prod/db'], login);
  await place.run('pass', ['insert', '--echo', 'locked/token'], 'not-a-secret-locked\n');
  await place.run('gpgconf', ['--kill', 'gpg-agent']);
});
afterAll(async () => {
  await place.run('gpgconf', ['--kill', 'gpg-agent']);
  await place.remove();
});

async function makeKey(user: string, protection: string): Promise<void> {
  const words = ['--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase-fd', '0'];
  await place.run(
    'gpg',
    [...words, '--quick-generate-key', user, 'future-default', 'default', 'never'],
    `${protection}\n`,
  );
}

const host = (env: Record<string, string> = {}) => providerHost({ env: { ...place.env, ...env }, home: place.folder });

test('an entry of one line is the value; of others a line, a field or all of it', async () => {
  const references = ['token', 'prod/db#1', 'prod/db#user', 'prod/db#*'].map((path) => `pass://${path}`);
  const values = (await fetchAll(pass, references, host())).map(({ value }) => value.toString());
  expect(values).toEqual(['not-a-secret-token', 'not-a-secret-7f3a91c2d4e8', 'app', login.slice(0, -1)]);
});

test('a folder is no entry: what pass lists of it is not taken for a value', async () => {
  expect((await refusalOf(fetchOne(pass, 'pass://prod', host()))).code).toBe('SECRET_MISSING');
  expect((await refusalOf(fetchOne(pass, 'pass://nope', host()))).code).toBe('SECRET_MISSING');
});

test('a locked key that nobody can be asked about is a failure with a hint', async () => {
  const refused = await refusalOf(fetchOne(pass, 'pass://locked/token', host()));
  expect(refused).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('Run pass show') });
});

test('the store of PASSWORD_STORE_DIR is read', async () => {
  const env = { PASSWORD_STORE_DIR: join(place.folder, '.password-store', 'prod') };
  expect((await fetchOne(pass, 'pass://db#1', host(env))).value.toString()).toBe('not-a-secret-7f3a91c2d4e8');
  expect((await refusalOf(fetchOne(pass, 'pass://token', host(env)))).code).toBe('SECRET_MISSING');
});
