import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openSession } from '../../../../../src/secrets/providers/vault/session.ts';
import { authority, clientCert, clientKey, serverCert, serverKey } from '../../../../servers/vault/certificates.ts';
import { hostWith, quick, told } from './host.ts';
import { makeBed, makeTlsBed, value } from './stand-in.ts';

const tls = { cert: serverCert, key: serverKey };
const name = { VAULT_TLS_SERVER_NAME: 'vault.example.com' };

/** Fetches from a server over TLS; the environment may name the files ca.pem, cas/, client.pem and client.key. */
async function fetchOver(url: string, token: string, env: Record<string, string>): Promise<string> {
  const host = hostWith({ VAULT_ADDR: url, VAULT_TOKEN: token, VAULT_MAX_RETRIES: '0', ...env });
  const file = (path: string, text: string) => writeFileSync(join(host.home, path), text);
  mkdirSync(join(host.home, 'cas'));
  file('ca.pem', authority);
  file('cas/own.pem', authority);
  file('client.pem', clientCert);
  file('client.key', clientKey);
  const session = openSession(host, quick);
  try {
    return (await session.fetch('vault://secret/app#password')).value.toString();
  } finally {
    await session.close();
  }
}

test('a server of a private authority is trusted by a file, a folder or the text itself', async () => {
  const bed = await makeTlsBed(tls);
  const fetched = (env: Record<string, string>) => fetchOver(bed.url, bed.core.rootToken, { ...name, ...env });
  expect(await fetched({ VAULT_CACERT: 'ca.pem' })).toBe(value);
  expect(await fetched({ BAO_CACERT: 'ca.pem', VAULT_CACERT: 'none.pem' })).toBe(value);
  expect(await fetched({ VAULT_CAPATH: 'cas' })).toBe(value);
  expect(await fetched({ VAULT_CACERT_BYTES: authority })).toBe(value);
});

test('without its authority, or under another name, it is not', async () => {
  const bed = await makeTlsBed(tls);
  const refused = (env: Record<string, string>) => told(fetchOver(bed.url, bed.core.rootToken, env));
  for (const env of [{ ...name }, { VAULT_CACERT: 'ca.pem' }]) {
    const refusal = await refused(env);
    expect(refusal.message).toMatch(/has a certificate that is not trusted: [A-Z_]+$/);
    expect(refusal.hint).toContain('VAULT_CACERT');
  }
  expect((await refused({ ...name, VAULT_CACERT: 'none.pem' })).message).toMatch(
    /^the path in VAULT_CACERT leads to no file$/,
  );
  expect((await refused({ ...name, VAULT_CAPATH: 'none' })).message).toMatch(
    /^the path in VAULT_CAPATH leads to no folder/,
  );
  expect(bed.seen).toEqual([]);
});

test('VAULT_SKIP_VERIFY is obeyed', async () => {
  const bed = await makeTlsBed(tls);
  expect(await fetchOver(bed.url, bed.core.rootToken, { VAULT_SKIP_VERIFY: '1' })).toBe(value);
});

test('a server that wants a client certificate gets it', async () => {
  const bed = await makeTlsBed({ ...tls, ca: authority, requestCert: true, rejectUnauthorized: true });
  const env = { ...name, VAULT_CACERT: 'ca.pem' };
  const client = { VAULT_CLIENT_CERT: 'client.pem', VAULT_CLIENT_KEY: 'client.key' };
  expect(await fetchOver(bed.url, bed.core.rootToken, { ...env, ...client })).toBe(value);
  const refusal = await told(fetchOver(bed.url, bed.core.rootToken, env));
  expect(refusal.message).toMatch(/does not take our client certificate|does not answer/);
  const broken = { VAULT_CLIENT_CERT: 'client.key', VAULT_CLIENT_KEY: 'client.pem' };
  const unusable = await told(fetchOver(bed.url, bed.core.rootToken, { ...env, ...broken }));
  expect(unusable.message).toMatch(/cannot be used: ERR_OSSL/);
});

test('a server without TLS is told as such', async () => {
  const bed = await makeBed();
  const refusal = await told(fetchOver(bed.url.replace('http:', 'https:'), bed.token, {}));
  expect(refusal.message).toMatch(/does not speak TLS$/);
});

/** A proxy that opens tunnels, all of them to one port of this machine. */
async function withProxy<T>(port: number, action: (url: string, asked: string[]) => Promise<T>): Promise<T> {
  const asked: string[] = [];
  const proxy: Server = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  try {
    return await action(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked);
  } finally {
    proxy.close();
  }
}

test("the proxy of the invocation's environment is used, with TLS end to end; NO_PROXY is obeyed", async () => {
  const bed = await makeTlsBed(tls);
  await withProxy(Number(new URL(bed.url).port), async (proxy, asked) => {
    const env = { VAULT_CACERT: 'ca.pem', HTTPS_PROXY: proxy };
    const far = 'https://vault.example.com:8200';
    expect(await fetchOver(far, bed.core.rootToken, env)).toBe(value);
    expect(asked[0]).toBe('vault.example.com:8200');
    asked.length = 0;
    await told(fetchOver('https://vault.invalid:8200', bed.core.rootToken, { ...env, NO_PROXY: '.invalid' }));
    expect(asked).toEqual([]);
  });
});
