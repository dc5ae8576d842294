import { expect, test } from '@jest/globals';
import { infisical } from '../../../../../src/secrets/providers/infisical/index.ts';
import { fetchAll, fetchOne, providerHost, refusalOf } from '../../../../helpers/provider-host.ts';
import { withService } from '../../../../helpers/services.ts';
import { putStandIns } from '../../../../helpers/stand-ins.ts';
import { type InfisicalServer, type InfisicalState, startInfisical } from '../../../../servers/infisical/start.ts';

const project = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
const value = 'not-a-secret-7f3a91c2d4e8\n';
const identity = { clientId: 'client-1', clientSecret: 'not-a-secret-client-5b6c7d8e' };
const kept = { version: 4, updatedAt: '2026-11-01T10:00:00.000Z' };
const state: InfisicalState = {
  identity,
  slugs: { shop: project },
  secrets: {
    [`${project} prod / API_KEY`]: { value, ...kept },
    [`${project} prod /backend/db PASSWORD`]: { value: 'not-a-secret-in-folder', ...kept },
    [`${project} prod / HIDDEN`]: { value, ...kept, hidden: true },
  },
};
const machine = {
  INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: identity.clientId,
  INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: identity.clientSecret,
};

function withInfisical<T>(given: InfisicalState, action: (server: InfisicalServer) => Promise<T>): Promise<T> {
  return withService(() => startInfisical(given), action);
}

test('a machine identity logs in once for all secrets, and its token is revoked at the end', async () => {
  await withInfisical(state, async ({ address, requests, live }) => {
    const env = { ...machine, INFISICAL_API_URL: `${address}/api` };
    const references = [`infisical://${project}/prod/API_KEY`, `infisical://${project}/prod/backend/db/PASSWORD`];
    const [key, password] = await fetchAll(infisical, references, providerHost({ env }));
    expect(key?.value.toString()).toBe(value);
    expect(key).toMatchObject({ version: '4', changed: new Date(kept.updatedAt) });
    expect(password?.value.toString()).toBe('not-a-secret-in-folder');
    expect(requests.filter((request) => request.includes('login'))).toHaveLength(1);
    expect([...live]).toEqual(['not-a-secret-static-token']);
  });
});

test('the token is revoked after an interrupt, too', async () => {
  await withInfisical(state, async ({ address, live }) => {
    const interrupt = new AbortController();
    const host = providerHost({ env: { ...machine, INFISICAL_API_URL: address }, signal: interrupt.signal });
    const session = infisical.open(host);
    await session.fetch(`infisical://${project}/prod/API_KEY`);
    interrupt.abort();
    await session.close();
    expect([...live]).toEqual(['not-a-secret-static-token']);
  });
});

test("the user's own token is used as it is, and never revoked", async () => {
  await withInfisical(state, async ({ address, live, requests }) => {
    const env = { INFISICAL_TOKEN: 'not-a-secret-static-token' };
    const host = providerHost({ env, settings: { infisical: { address } } });
    expect((await fetchOne(infisical, `infisical://${project}/prod/API_KEY`, host)).value.toString()).toBe(value);
    expect(live.has('not-a-secret-static-token')).toBe(true);
    expect(requests).toHaveLength(1);
  });
});

test('a server without version 4 of the API, and a project by its slug, are asked in version 3', async () => {
  for (const given of [state, { ...state, old: true }]) {
    await withInfisical(given, async ({ address }) => {
      const env = { INFISICAL_TOKEN: 'not-a-secret-static-token', INFISICAL_DOMAIN: address };
      const references = [`infisical://${project}/prod/API_KEY`, 'infisical://shop/prod/backend/db/PASSWORD'];
      const values = (await fetchAll(infisical, references, providerHost({ env }))).map((one) => one.value.toString());
      expect(values).toEqual([value, 'not-a-secret-in-folder']);
    });
  }
});

test('a value that is hidden from the identity is never taken for the text that stands in its place', async () => {
  await withInfisical(state, async ({ address }) => {
    const env = { INFISICAL_TOKEN: 'not-a-secret-static-token', INFISICAL_API_URL: address };
    const refused = await refusalOf(fetchOne(infisical, `infisical://${project}/prod/HIDDEN`, providerHost({ env })));
    expect(refused).toMatchObject({
      code: 'SOURCE_FAILED',
      text: expect.stringContaining('hides the value of HIDDEN'),
    });
  });
});

test('missing and not logged in are told apart, without a word of the server', async () => {
  await withInfisical(state, async ({ address }) => {
    const reference = `infisical://${project}/prod/NOPE`;
    const host = providerHost({ env: { ...machine, INFISICAL_API_URL: address } });
    expect(await refusalOf(fetchOne(infisical, reference, host))).toMatchObject({ code: 'SECRET_MISSING' });
    const env = {
      ...machine,
      INFISICAL_API_URL: address,
      INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: 'not-a-secret-wrong',
    };
    const login = await refusalOf(fetchOne(infisical, reference, providerHost({ env })));
    expect(login).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('does not accept the login') });
    expect(login.text).not.toContain('not-a-secret-wrong');
  });
});

test('without a login of ours the infisical command is asked', async () => {
  const hidden = { [`${project} prod / HIDDEN`]: '<hidden-by-infisical>' };
  const secrets = { [`${project} prod /backend PASSWORD`]: value, ...hidden };
  const tools = await putStandIns(['infisical'], { loggedIn: true, secrets });
  const host = providerHost({ env: tools.env });
  const fetched = await fetchOne(infisical, `infisical://${project}/prod/backend/PASSWORD`, host);
  expect(fetched.value.toString()).toBe(value);
  const missing = await refusalOf(fetchOne(infisical, `infisical://${project}/prod/backend/NOPE`, host));
  expect(missing).toMatchObject({ code: 'SECRET_MISSING' });
  const masked = await refusalOf(fetchOne(infisical, `infisical://${project}/prod/HIDDEN`, host));
  expect(masked.text).toContain('hides the value');
  expect((await refusalOf(fetchOne(infisical, 'infisical://shop/prod/NAME', host))).text).toContain('by its id only');
  await tools.remove();
});

test('the command does not run in the project, whose .infisical.json could name a server of its own', async () => {
  const tools = await putStandIns(['infisical'], { loggedIn: true });
  const ran: (string | undefined)[] = [];
  const host = { ...providerHost({ env: tools.env, cwd: tools.folder }), home: '/' };
  const watched = {
    ...host,
    run: (...given: Parameters<typeof host.run>) => {
      ran.push(given[2]?.cwd);
      return host.run(...given);
    },
  };
  await refusalOf(fetchOne(infisical, `infisical://${project}/prod/API_KEY`, watched));
  expect(ran).toEqual(['/']);
  await tools.remove();
});

test('a command that is not logged in, or not there, says what to do', async () => {
  const reference = `infisical://${project}/prod/API_KEY`;
  const tools = await putStandIns(['infisical'], { loggedIn: false });
  expect((await refusalOf(fetchOne(infisical, reference, providerHost({ env: tools.env })))).text).toContain(
    'Run infisical login',
  );
  await tools.remove();
  const none = await refusalOf(fetchOne(infisical, reference, providerHost({ env: { PATH: '/nowhere' } })));
  expect(none.text).toContain('INFISICAL_TOKEN');
});

test('what is no reference is refused', () => {
  for (const text of [
    'shop/prod',
    'shop/--env/NAME',
    'shop/prod/../NAME',
    'shop/prod//NAME',
    'shop/prod/-n',
    'shop/prod/',
  ]) {
    expect(() => infisical.check(`infisical://${text}`)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  }
});
