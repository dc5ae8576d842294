import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keychainOn } from '../../src/secrets/providers/keychain/index.ts';
import { fetchOne, providerHost, refusalOf } from '../helpers/provider-host.ts';
import { type Session, startSession } from './rig/keyring.ts';
import { makePlace, type Place } from './rig/place.ts';

const keychain = keychainOn('linux');
const value = 'not-a-secret-7f3a91c2d4e8\n';
let place: Place;

beforeAll(async () => {
  place = await makePlace();
});
afterAll(() => place.remove());

async function inSession<T>(action: (session: Session) => Promise<T>): Promise<T> {
  const session = await startSession(place);
  try {
    return await action(session);
  } finally {
    await session.stop();
  }
}

const store = ({ env }: Session, attributes: readonly string[], secret: string) => {
  const bus = `DBUS_SESSION_BUS_ADDRESS=${env.DBUS_SESSION_BUS_ADDRESS}`;
  return place.run('env', [bus, 'LC_ALL=C.UTF-8', 'secret-tool', 'store', '--label=test', ...attributes], secret);
};
const hostIn = ({ env }: Session) => providerHost({ env: { ...place.env, ...env } });

test('an item is found in both spellings of its attributes, exact to its last newline', async () => {
  await inSession(async (session) => {
    await session.addKeyring('unlocked');
    await store(session, ['service', 'https://example.com', 'account', 'ci'], value);
    await store(session, ['service', 'sh\u00f6p', 'username', 'ci'], 'not-a-secret-by-username');
    const found = async (reference: string) => (await fetchOne(keychain, reference, hostIn(session))).value.toString();
    expect(await found('keychain://https://example.com/ci')).toBe(value);
    expect(await found('keychain://sh\u00f6p/ci')).toBe('not-a-secret-by-username');
    expect((await refusalOf(found('keychain://shop/other'))).code).toBe('SECRET_MISSING');
  });
});

test('an item of a locked keyring is not called missing', async () => {
  await inSession(async (session) => {
    await session.addKeyring('unlocked');
    await store(session, ['service', 'locked', 'account', 'ci'], value);
  });
  await inSession(async (session) => {
    await session.addKeyring('locked');
    const refused = await refusalOf(fetchOne(keychain, 'keychain://locked/ci', hostIn(session)));
    expect(refused).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('keyring is locked') });
  });
});

test('a session without a keyring, and no session at all, are told', async () => {
  await inSession(async (session) => {
    const refused = await refusalOf(fetchOne(keychain, 'keychain://shop/ci', hostIn(session)));
    expect(refused).toMatchObject({
      code: 'SOURCE_FAILED',
      text: expect.stringContaining('no keyring in this session'),
    });
  });
  const nowhere = providerHost({ env: place.env });
  const refused = await refusalOf(fetchOne(keychain, 'keychain://shop/ci', nowhere));
  expect(refused).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('no keyring in this session') });
});
