import { expect, test } from '@jest/globals';
import { openServer } from '../../../../../src/secrets/providers/client/server.ts';
import { refusalOf } from '../../../../helpers/provider-host.ts';
import { withService } from '../../../../helpers/services.ts';
import { serveOnLoopback } from '../../../../servers/loopback.ts';

const token = 'not-a-secret-token-7f3a91c2d4e8';
const signal = new AbortController().signal;

test('a token is sent without TLS to this machine only', async () => {
  for (const address of ['http://example.com', 'http://127.0.0.1.example.com', 'http://10.0.0.1', 'ftp://localhost']) {
    expect(() => openServer({ name: 'Doppler', address, env: {}, signal })).toThrow(
      'not one that a token may be sent to',
    );
  }
});

test('an address with credentials in it is refused, and not quoted', () => {
  const address = `https://user:${token}@example.com`;
  expect(() => openServer({ name: 'Doppler', address, env: {}, signal })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining(token) }),
  );
});

test('a redirect is not followed: the token goes to no other server', async () => {
  await withService(
    () => serveOnLoopback(() => ({ status: 200, json: {} })),
    async (other) => {
      const redirecting = () => serveOnLoopback(() => ({ status: 302, headers: { location: other.address } }));
      await withService(redirecting, async ({ address }) => {
        const server = openServer({ name: 'Doppler', address, env: {}, signal });
        const { code, text } = await refusalOf(server.get('/', { token }));
        await server.close();
        expect(code).toBe('SOURCE_FAILED');
        expect(text).toContain('sends us on to another address');
        expect(other.requests).toEqual([]);
      });
    },
  );
});

test('what passes is tried again, and no more than three times', async () => {
  let left = 2;
  const busy = () =>
    serveOnLoopback(() => (left-- > 0 ? { status: 503, headers: { 'retry-after': '0' } } : { status: 200, json: 1 }));
  await withService(busy, async ({ address, requests }) => {
    const server = openServer({ name: 'Doppler', address, env: {}, signal });
    expect((await server.get('/')).status).toBe(200);
    expect(requests).toHaveLength(3);
    left = 100;
    expect((await server.get('/')).status).toBe(503);
    expect(requests).toHaveLength(7);
    await server.close();
  });
});

test('a server that is not there is told by its address, and the wait ends with the signal', async () => {
  const gone = await serveOnLoopback(() => ({ status: 200 }));
  await gone.stop();
  const server = openServer({ name: 'Doppler', address: gone.address, env: {}, signal: AbortSignal.timeout(100) });
  const { code, text } = await refusalOf(server.get('/', { token }));
  await server.close();
  expect(code).toBe('SOURCE_FAILED');
  expect(text).toContain('Doppler did not answer in time');
  expect(text).not.toContain(token);
});

test('an address may have a path, as servers behind a proxy have', async () => {
  await withService(
    () => serveOnLoopback(() => ({ status: 200, json: {} })),
    async ({ address, requests }) => {
      const server = openServer({ name: 'Doppler', address: `${address}/behind/`, env: {}, signal });
      await server.get('/v1/x', { query: { name: 'a b&c', absent: undefined } });
      await server.close();
      expect(requests).toEqual(['GET /behind/v1/x?name=a+b%26c']);
    },
  );
});

test('a proxy of the environment is used, except for this machine', async () => {
  await withService(
    () => serveOnLoopback(() => ({ status: 200, json: {} })),
    async (target) => {
      const env = { HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };
      const near = openServer({ name: 'Doppler', address: target.address, env, signal });
      expect((await near.get('/')).status).toBe(200);
      await near.close();
    },
  );
});
