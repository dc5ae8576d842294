import { expect, test } from '@jest/globals';
import { doppler } from '../../../../../src/secrets/providers/doppler/index.ts';
import { fetchAll, fetchOne, providerHost, refusalOf } from '../../../../helpers/provider-host.ts';
import { withService } from '../../../../helpers/services.ts';
import { putStandIns } from '../../../../helpers/stand-ins.ts';
import { type DopplerAccount, startDoppler } from '../../../../servers/doppler/start.ts';

const token = 'dp.pt.not-a-secret-token-7f3a91c2d4e8';
const value = 'not-a-secret-7f3a91c2d4e8\n';
const account: DopplerAccount = {
  token,
  secrets: { 'web/prd/DB_URL': value, 'web/prd/EMPTY': '', 'web/prd/SEALED': null },
};

async function asked<T>(
  state: DopplerAccount,
  action: (env: Record<string, string>, requests: string[]) => Promise<T>,
): Promise<T> {
  return withService(
    () => startDoppler(state),
    ({ address, requests }) => action({ DOPPLER_TOKEN: token, DOPPLER_API_HOST: address }, requests),
  );
}

test('a secret costs one request, and keeps its own newline', async () => {
  await asked(account, async (env, requests) => {
    const fetched = await fetchOne(doppler, 'doppler://web/prd/DB_URL', providerHost({ env }));
    expect(fetched.value.toString()).toBe(value);
    expect(requests).toHaveLength(1);
  });
});

test('an empty value is an empty value', async () => {
  await asked(account, async (env) => {
    expect((await fetchOne(doppler, 'doppler://web/prd/EMPTY', providerHost({ env }))).value).toHaveLength(0);
  });
});

test('the ambient config is that of the settings, of the environment, or of a service token', async () => {
  await asked(account, async (env) => {
    const settings = { doppler: { project: 'web', config: 'prd' } };
    const set = await fetchOne(doppler, 'doppler://DB_URL', providerHost({ env, settings }));
    const ambient = { ...env, DOPPLER_PROJECT: 'web', DOPPLER_CONFIG: 'prd' };
    const told = await fetchOne(doppler, 'doppler://DB_URL', providerHost({ env: ambient }));
    expect([set.value.toString(), told.value.toString()]).toEqual([value, value]);
    const none = await refusalOf(fetchOne(doppler, 'doppler://DB_URL', providerHost({ env })));
    expect(none).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('which one is meant') });
  });
  await asked({ ...account, own: { project: 'web', config: 'prd' } }, async (env) => {
    expect((await fetchOne(doppler, 'doppler://DB_URL', providerHost({ env }))).value.toString()).toBe(value);
  });
});

test('missing, restricted, refused and not logged in are told apart', async () => {
  await asked({ ...account, own: { project: 'web', config: 'prd' } }, async (env) => {
    const refused = (reference: string, host = providerHost({ env })) => refusalOf(fetchOne(doppler, reference, host));
    expect(await refused('doppler://web/prd/NOPE')).toMatchObject({
      code: 'SECRET_MISSING',
      text: expect.stringContaining('no NOPE in config prd of project web'),
    });
    expect((await refused('doppler://web/prd/SEALED')).text).toContain('visibility is restricted');
    expect((await refused('doppler://other/prd/DB_URL')).text).toContain('refuses access');
    const wrong = { ...env, DOPPLER_TOKEN: 'not-a-secret-wrong-token' };
    const login = await refused('doppler://web/prd/DB_URL', providerHost({ env: wrong }));
    expect(login).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('does not accept the login') });
    expect(login.text).not.toContain('wrong-token');
  });
});

test('a server that has had too many requests is asked again', async () => {
  await asked({ ...account, busy: 2 }, async (env) => {
    const fetched = await fetchOne(doppler, 'doppler://web/prd/DB_URL', providerHost({ env }));
    expect(fetched.value.toString()).toBe(value);
  });
});

test('without a token the doppler command is asked, as whoever is logged in', async () => {
  const state = { loggedIn: true, project: 'web', config: 'prd', secrets: { DB_URL: value } };
  const tools = await putStandIns(['doppler'], state);
  const host = providerHost({ env: tools.env });
  const [fetched] = await fetchAll(doppler, ['doppler://web/prd/DB_URL'], host);
  expect(fetched?.value.toString()).toBe(value);
  expect(await refusalOf(fetchOne(doppler, 'doppler://web/prd/NOPE', host))).toMatchObject({ code: 'SECRET_MISSING' });
  expect((await refusalOf(fetchOne(doppler, 'doppler://web/dev/DB_URL', host))).text).toContain(
    'no such project or config',
  );
  expect((await refusalOf(fetchOne(doppler, 'doppler://DB_URL', host))).text).toContain('doppler setup');
  await tools.remove();
});

test('the ambient config of doppler setup is used where none is named', async () => {
  const place = { project: 'web', config: 'prd' };
  const tools = await putStandIns(['doppler'], {
    loggedIn: true,
    ...place,
    ambient: place,
    secrets: { DB_URL: value },
  });
  expect((await fetchOne(doppler, 'doppler://DB_URL', providerHost({ env: tools.env }))).value.toString()).toBe(value);
  await tools.remove();
});

test('a command that is not logged in, or not there, says what to do', async () => {
  const tools = await putStandIns(['doppler'], { loggedIn: false });
  const reference = 'doppler://web/prd/DB_URL';
  const out = await refusalOf(fetchOne(doppler, reference, providerHost({ env: tools.env })));
  expect(out.text).toContain('Run doppler login');
  await tools.remove();
  const none = await refusalOf(fetchOne(doppler, reference, providerHost({ env: { PATH: '/nowhere' } })));
  expect(none).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('DOPPLER_TOKEN') });
});

test('what is no reference is refused and not quoted', () => {
  const pasted = 'doppler://dp.st.prd.not-a-secret-7f3a91c2d4e8';
  for (const text of [
    pasted,
    'doppler://web/NAME',
    'doppler://-p/prd/NAME',
    'doppler://web/prd/A?x=1',
    'doppler://A\n',
    'doppler://hunter2',
  ]) {
    expect(() => doppler.check(text)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('7f3a91') }),
    );
  }
});

test('an address without TLS is handed to nobody, the command included', () => {
  for (const address of [
    'http://doppler.example.com',
    'https://user:not-a-secret@example.com',
    'https://example.com/?x',
  ]) {
    const settings = { doppler: { address } };
    expect(() => doppler.open(providerHost({ settings }))).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('example.com') }),
    );
  }
});

test('settings that are not known are refused by name, not by value', () => {
  const settings = { doppler: { token } };
  expect(() => doppler.open(providerHost({ settings }))).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining(token) }),
  );
});
