import { createServer as createProxy } from 'node:http';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isExempt, proxyAgent } from '../../../../../src/secrets/providers/aws/proxy.ts';

test.each([
  ['', false],
  ['*', true],
  ['amazonaws.com', true],
  ['.amazonaws.com', true],
  ['*.amazonaws.com', true],
  ['example.com, ssm.eu-west-1.amazonaws.com', true],
  ['amazonaws.com:443', true],
  ['amazonaws.com:8443', false],
  ['notamazonaws.com', false],
  ['aws.com', false],
  ['com.example', false],
])('NO_PROXY=%s exempts: %s', (noProxy, exempt) => {
  expect(isExempt('ssm.eu-west-1.amazonaws.com', 443, noProxy)).toBe(exempt);
});

let seen: (string | undefined)[];
const proxy = createProxy();

beforeAll(async () => {
  proxy.on('connect', (request, socket) => {
    seen = [request.url, request.headers['proxy-authorization']];
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});

afterAll(() => void proxy.close());

test('the proxy gets its own login, and its refusal is an error', async () => {
  const { port } = proxy.address() as AddressInfo;
  const agent = proxyAgent({ https_proxy: `http://me:not-a-secret-%40%3A@127.0.0.1:${port}` });
  const failed = await new Promise<{ code?: string }>((resolve) => {
    get('https://ssm.eu-west-1.amazonaws.com/', { agent }).once('error', resolve);
  });
  expect(failed.code).toBe('ECONNREFUSED');
  const login = Buffer.from('me:not-a-secret-@:').toString('base64');
  expect(seen).toEqual(['ssm.eu-west-1.amazonaws.com:443', `Basic ${login}`]);
});

test('an address that is none is an error, and one without a scheme is not', () => {
  expect(() => proxyAgent({ HTTPS_PROXY: 'http://a b' })).toThrow(expect.objectContaining({ code: 'ERR_INVALID_URL' }));
  expect(proxyAgent({ HTTPS_PROXY: 'proxy.example.com:3128' })).toBeDefined();
});

test('without HTTPS_PROXY there is no agent', () => {
  expect(proxyAgent({ HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '*' })).toBeUndefined();
});
