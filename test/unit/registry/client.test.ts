import { afterEach, expect, test } from '@jest/globals';
import {
  type ClientOptions,
  openRegistry,
  type RegistryClient,
  type RegistryRequest,
} from '../../../src/registry/client.ts';
import type { Credentials } from '../../../src/registry/credentials.ts';
import { type Answer, type Arrived, type LoopbackServer, withServer } from './loopback.ts';

const password = 'not-a-secret-7f3a91c2d4e8';
const ci = { user: 'ci', password };
const basic = `Basic ${Buffer.from(`ci:${password}`).toString('base64')}`;
const token = 'not-a-secret-token-91c2d4e87f3a';

async function withClient<T>(
  host: string,
  action: (client: RegistryClient) => Promise<T>,
  options: Partial<ClientOptions> = {},
): Promise<T> {
  const reference = { host, credentialKey: host, repository: 'team/app', tag: '1' };
  const client = await openRegistry(reference, { credentials: async () => undefined, ...options });
  try {
    return await action(client);
  } finally {
    await client.close();
  }
}

const manifest: RegistryRequest = { method: 'GET', path: 'manifests/1' };

async function getManifest(
  { host }: { host: string },
  credentials?: Credentials,
  options: Partial<ClientOptions> = {},
): Promise<string> {
  const get = (client: RegistryClient) => client.request(manifest, [200]).then((response) => response.text());
  return withClient(host, get, { credentials: async () => credentials, ...options });
}

async function failureOf(action: Promise<unknown>): Promise<Error & { hint?: string }> {
  return action.then(
    () => {
      throw new Error('it did not fail');
    },
    (failure: Error) => failure,
  );
}

/** Every header and body that arrived, as one text. */
function everything({ arrived }: LoopbackServer): string {
  return arrived.map(({ url, headers, body }) => `${url}\n${JSON.stringify(headers)}\n${body}`).join('\n');
}

/** Asks for a login in these words until a request brings `authorization`. */
function locked(challenge: string | ((server: LoopbackServer) => string), authorization: string) {
  return (request: Arrived, server: LoopbackServer): Answer => {
    if (request.headers.authorization === authorization) return { status: 200, body: 'open' };
    const words = typeof challenge === 'string' ? challenge : challenge(server);
    return { status: 401, headers: { 'www-authenticate': words } };
  };
}

const savedProxies = new Map(['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].map((name) => [name, process.env[name]]));
afterEach(() => {
  for (const [name, value] of savedProxies) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test('a login is sent only after the registry asked for one, and found once', async () => {
  let asked = 0;
  const credentials = async () => {
    asked++;
    return ci;
  };
  await withServer(locked('Basic realm="testbed"', basic), async (server) => {
    await withClient(
      server.host,
      async (client) => {
        for (let time = 0; time < 2; time++) await client.request(manifest, [200]);
      },
      { credentials },
    );
    expect(server.arrived.map(({ headers }) => headers.authorization)).toEqual([undefined, basic, basic]);
    expect(asked).toBe(1);
  });
});

test('a registry without a login is never given one', async () => {
  await withServer(
    () => ({ status: 200 }),
    async (server) => {
      await getManifest(server, ci);
      expect(everything(server)).not.toContain('authorization');
    },
  );
});

test('a token is fetched with the scope of the repository, and with the login', async () => {
  const service = (request: { url: string }): Answer =>
    request.url.startsWith('/token') ? { status: 200, body: JSON.stringify({ token }) } : { status: 404 };
  await withServer(service, (auth) =>
    withServer(
      locked(`Bearer realm="${auth.url}/token?keep=1",service="registry.example.com"`, `Bearer ${token}`),
      async (server) => {
        expect(await getManifest(server, ci)).toBe('open');
        expect(everything(server)).not.toContain(basic);
        const [asked, ...more] = auth.arrived;
        expect(more).toEqual([]);
        expect(asked?.method).toBe('GET');
        expect(asked?.headers.authorization).toBe(basic);
        expect(Object.fromEntries(new URL(asked?.url ?? '', auth.url).searchParams)).toEqual({
          keep: '1',
          service: 'registry.example.com',
          scope: 'repository:team/app:pull,push',
        });
      },
    ),
  );
});

test('without a login a token is asked for without one', async () => {
  await withServer(
    () => ({ status: 200, body: JSON.stringify({ access_token: token }) }),
    (auth) =>
      withServer(locked(`Bearer realm="${auth.url}"`, `Bearer ${token}`), async (server) => {
        expect(await getManifest(server)).toBe('open');
        expect(auth.arrived[0]?.headers.authorization).toBeUndefined();
      }),
  );
});

test('a refresh token is posted, never put into an address or a header', async () => {
  await withServer(
    () => ({ status: 200, body: JSON.stringify({ access_token: token }) }),
    (auth) =>
      withServer(locked(`Bearer realm="${auth.url}/token",service="s"`, `Bearer ${token}`), async (server) => {
        expect(await getManifest(server, { user: '', password, identityToken: true })).toBe('open');
        const [asked] = auth.arrived;
        expect(asked?.method).toBe('POST');
        expect(asked?.url).toBe('/token');
        expect(asked?.headers.authorization).toBeUndefined();
        expect(Object.fromEntries(new URLSearchParams(asked?.body.toString()))).toEqual({
          grant_type: 'refresh_token',
          client_id: 'safebuild',
          refresh_token: password,
          service: 's',
          scope: 'repository:team/app:pull,push',
        });
      }),
  );
});

test.each([307, 308, 302])('a refresh token does not follow a %d to another place', async (status) => {
  await withServer(
    () => ({ status: 200, body: JSON.stringify({ token }) }),
    (other) =>
      withServer(
        () => ({ status, headers: { location: `${other.url}/token` } }),
        (auth) =>
          withServer(locked(`Bearer realm="${auth.url}"`, `Bearer ${token}`), async (server) => {
            const failure = await failureOf(getManifest(server, { user: '', password, identityToken: true }));
            expect(failure).toMatchObject({ code: 'PUBLISH_FAILED' });
            expect(other.arrived).toEqual([]);
          }),
      ),
  );
});

test('a login does not follow a redirect of the token service to another origin', async () => {
  await withServer(
    () => ({ status: 401 }),
    (other) =>
      withServer(
        () => ({ status: 307, headers: { location: `${other.url}/token` } }),
        (auth) =>
          withServer(locked(`Bearer realm="${auth.url}"`, `Bearer ${token}`), async (server) => {
            await failureOf(getManifest(server, ci));
            expect(other.arrived).toHaveLength(1);
            expect(everything(other)).not.toContain(basic);
          }),
      ),
  );
});

test.each([
  'http://login.example.com/token',
  'ftp://login.example.com/',
  'file:///etc/hostname',
  '/token',
  'login.example.com',
])('no login is sent to the realm %s', async (realm) => {
  await withServer(locked(`Bearer realm="${realm}"`, `Bearer ${token}`), async (server) => {
    const failure = await failureOf(getManifest(server, ci));
    expect(failure).toMatchObject({ code: 'PUBLISH_FAILED', message: expect.stringContaining('without TLS') });
    expect(server.arrived.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

test.each([
  ['Basic realm="x", Bearer realm="AUTH"', basic],
  ['Bearer realm="AUTH", Basic realm="x"', `Bearer ${token}`],
  ['Negotiate, Digest realm="AUTH", nonce="1", Basic realm="x"', basic],
])('the first challenge that can be answered is: %s', async (challenge, authorization) => {
  await withServer(
    () => ({ status: 200, body: JSON.stringify({ token }) }),
    (auth) =>
      withServer(locked(challenge.replace('AUTH', auth.url), authorization), async (server) => {
        expect(await getManifest(server, ci)).toBe('open');
      }),
  );
});

test.each([
  ['Basic realm="x"', undefined],
  ['Basic realm="x"', { user: '', password, identityToken: true }],
  ['Digest realm="x", nonce="1"', ci],
  ['Bearer service="no-realm"', ci],
])('a challenge that cannot be answered ends at once and says docker login: %s', async (challenge, credentials) => {
  await withServer(locked(challenge, 'never'), async (server) => {
    const failure = await failureOf(getManifest(server, credentials));
    expect(failure).toMatchObject({ code: 'PUBLISH_FAILED', hint: `Run docker login ${server.host}` });
    expect(server.arrived).toHaveLength(1);
  });
});

test('a wrong login is tried once, and the refusal does not hold it', async () => {
  await withServer(locked('Basic realm="x"', 'never'), async (server) => {
    const failure = await failureOf(getManifest(server, ci));
    expect(failure).toMatchObject({ code: 'PUBLISH_FAILED', message: expect.stringMatching(/: 401\.$/) });
    expect(server.arrived).toHaveLength(2);
    expectNoLoginIn(failure);
  });
});

test.each([
  ['refuses', { status: 401, body: `wrong: ${password}` }],
  ['answers no JSON', { status: 200, body: `${token} is your token` }],
  ['answers null', { status: 200, body: 'null' }],
  ['answers without a token', { status: 200, body: JSON.stringify({ tokens: token }) }],
  ['answers a token that is no token', { status: 200, body: JSON.stringify({ token: `${token}\r\nx: y` }) }],
] satisfies [string, Answer][])('a token service that %s is an error that holds nothing of it', async (_, answer) => {
  await withServer(
    () => answer,
    (auth) =>
      withServer(locked(`Bearer realm="${auth.url}"`, 'never'), async (server) => {
        const failure = await failureOf(getManifest(server, ci));
        expect(failure).toMatchObject({
          code: 'PUBLISH_FAILED',
          message: expect.stringContaining('refused the login'),
        });
        expectNoLoginIn(failure);
        expect(auth.arrived).toHaveLength(1);
      }),
  );
});

test('a token service that is busy is asked again', async () => {
  await withServer(
    (_, auth) => (auth.arrived.length === 1 ? { status: 503 } : { status: 200, body: JSON.stringify({ token }) }),
    (auth) =>
      withServer(locked(`Bearer realm="${auth.url}"`, `Bearer ${token}`), async (server) => {
        expect(await getManifest(server, ci)).toBe('open');
      }),
  );
});

test('a token that has run out is renewed, and nobody is asked for the login again', async () => {
  let tokens = 0;
  let asked = 0;
  const credentials = async () => {
    asked++;
    return ci;
  };
  let good = '';
  await withServer(
    () => {
      good = `token-${++tokens}`;
      return { status: 200, body: JSON.stringify({ token: good }) };
    },
    (auth) =>
      withServer(
        (request) =>
          request.headers.authorization === `Bearer ${good}`
            ? { status: 200 }
            : { status: 401, headers: { 'www-authenticate': `Bearer realm="${auth.url}"` } },
        (server) =>
          withClient(
            server.host,
            async (client) => {
              await client.request(manifest, [200]);
              good = 'run out';
              await client.request(manifest, [200]);
              expect({ tokens, asked }).toEqual({ tokens: 2, asked: 1 });
            },
            { credentials },
          ),
      ),
  );
});

test('neither a redirect nor an upload address takes the login to another origin', async () => {
  const answers =
    (other: LoopbackServer) =>
    (request: Arrived): Answer => {
      if (request.headers.authorization !== basic)
        return { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } };
      return request.method === 'GET'
        ? { status: 307, headers: { location: `${other.url}/elsewhere` } }
        : { status: 202 };
    };
  await withServer(
    () => ({ status: 200 }),
    (other) =>
      withServer(answers(other), (server) =>
        withClient(
          server.host,
          async (client) => {
            await client.request(manifest, [200]);
            await client.request({ method: 'PUT', path: `${other.url}/upload`, body: () => 'layer' }, [200]);
            expect(other.arrived.map(({ url }) => url)).toEqual(['/elsewhere', '/upload']);
            expect(everything(other)).not.toContain(basic);
            // the registry itself still gets it, also by its full address
            await client.request({ method: 'PUT', path: `${server.url}/v2/upload` }, [202]);
          },
          { credentials: async () => ci },
        ),
      ),
  );
});

test('a store that is not the registry gets no answer to its challenge', async () => {
  await withServer(
    () => ({ status: 200, body: JSON.stringify({ token }) }),
    (thief) =>
      withServer(
        () => ({ status: 401, headers: { 'www-authenticate': `Bearer realm="${thief.url}", Basic realm="x"` } }),
        (store) =>
          withServer(
            () => ({ status: 307, headers: { location: store.url } }),
            async (server) => {
              const failure = await failureOf(getManifest(server, ci));
              expect(failure).toMatchObject({ code: 'PUBLISH_FAILED' });
              expect(thief.arrived).toEqual([]);
              expect(everything(store)).not.toContain(basic);
            },
          ),
      ),
  );
});

test('a registry that speaks TLS cannot lead an upload, or the login, to plain http', async () => {
  await withServer(
    locked('Basic realm="x"', basic),
    (server) =>
      withClient(
        server.host,
        async (client) => {
          await client.request(manifest, [200]);
          const plain = `http://${server.host}/v2/upload`;
          const failure = await failureOf(client.request({ method: 'PUT', path: plain, body: () => 'layer' }, [200]));
          expect(failure).toMatchObject({ code: 'PUBLISH_FAILED', message: expect.stringContaining('without TLS') });
        },
        { credentials: async () => ci },
      ),
    { tls: true },
  );
});

test('on loopback TLS needs no certificate that anybody signed', async () => {
  const inTls = { tls: true };
  await withServer(
    locked('Basic realm="x"', basic),
    async (server) => expect(await getManifest(server, ci)).toBe('open'),
    inTls,
  );
});

// 0.0.0.0 leads to this machine and is not loopback by name: a stand-in for any other host.
test('elsewhere a certificate that nobody signed is refused, also for a token service that loopback names', async () => {
  await withServer(
    () => ({ status: 200, body: JSON.stringify({ token }) }),
    async (far) => {
      const host = `0.0.0.0:${far.port}`;
      const failure = await failureOf(getManifest({ host }, ci));
      expect(failure).toMatchObject({ message: `The registry ${host} does not answer: DEPTH_ZERO_SELF_SIGNED_CERT.` });
      await withServer(locked(`Bearer realm="https://${host}/token"`, `Bearer ${token}`), async (server) => {
        expect(await failureOf(getManifest(server, ci))).toMatchObject({ code: 'PUBLISH_FAILED' });
      });
      expect(far.arrived).toEqual([]);
    },
    { tls: true },
  );
});

test('elsewhere plain http is not tried', async () => {
  await withServer(
    () => ({ status: 200 }),
    async (far) => {
      expect(await failureOf(getManifest({ host: `0.0.0.0:${far.port}` }, ci))).toMatchObject({
        code: 'PUBLISH_FAILED',
      });
      expect(far.arrived).toEqual([]);
    },
  );
});

test('loopback is reached without the proxy', async () => {
  await withServer(
    () => ({ status: 502 }),
    (proxy) => {
      Object.assign(process.env, { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '' });
      return withServer(
        () => ({ status: 200, body: 'direct' }),
        async (server) => {
          expect(await getManifest(server)).toBe('direct');
          expect(proxy.arrived).toEqual([]);
        },
      );
    },
  );
});

test.each([429, 503])('a %d passes, and the request is made again', async (status) => {
  await withServer(
    (_, { arrived }) =>
      arrived.length === 1 ? { status, headers: { 'retry-after': '0' } } : { status: 200, body: 'late' },
    async (server) => {
      expect(await getManifest(server)).toBe('late');
      expect(server.arrived).toHaveLength(2);
    },
  );
});

test('a status that stays is said after four tries', async () => {
  await withServer(
    () => ({ status: 503, body: `{"errors":[{"code":"UNAVAILABLE","message":"${password}"}]}` }),
    async (server) => {
      const failure = await failureOf(getManifest(server));
      expect(failure.message).toBe(`${server.host} refused GET for team/app: 503 UNAVAILABLE.`);
      expect(server.arrived).toHaveLength(4);
    },
  );
});

test('a body is sent whole in every try', async () => {
  await withServer(
    (_, { arrived }) => ({ status: arrived.length === 1 ? 500 : 201 }),
    (server) =>
      withClient(server.host, async (client) => {
        async function* body() {
          yield Buffer.from('all of ');
          yield Buffer.from('the layer');
        }
        await client.request({ method: 'PUT', path: 'blobs/x', body }, [201]);
        expect(server.arrived.map((request) => request.body.toString())).toEqual([
          'all of the layer',
          'all of the layer',
        ]);
      }),
  );
});

test('nobody at the address is an error that says why', async () => {
  const gone = await withServer(
    () => ({ status: 200 }),
    async ({ host }) => host,
  );
  const failure = await failureOf(getManifest({ host: gone }));
  expect(failure).toMatchObject({ code: 'PUBLISH_FAILED', message: expect.stringMatching(/ECONNREFUSED\.$/) });
});

test.each([
  ['no answer comes', 'never'],
  ['a pause is on', { status: 429, headers: { 'retry-after': '60' } }],
] satisfies [string, Answer][])('it can be broken off while %s', async (_, answer) => {
  const stop = new AbortController();
  const breakOff = (): Answer => {
    // late enough for the answer to have arrived
    setTimeout(() => stop.abort(), 200);
    return answer;
  };
  await withServer(breakOff, async (server) => {
    const failure = await failureOf(getManifest(server, undefined, { signal: stop.signal }));
    expect(failure).toMatchObject({ code: 'INTERRUPTED' });
    expect(server.arrived).toHaveLength(1);
  });
});

function expectNoLoginIn(failure: Error & { hint?: string }): void {
  const shown = [failure.message, failure.hint, failure.stack, String(failure.cause ?? '')].join('\n');
  for (const secret of [password, basic.slice('Basic '.length), token]) expect(shown).not.toContain(secret);
}
