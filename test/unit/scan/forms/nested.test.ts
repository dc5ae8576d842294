import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { formsFound, searchFor } from './search.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';
const base64 = (text: string | Buffer): string => Buffer.from(text as string).toString('base64');

test('base64 of base64 is found at every inner and outer offset', () => {
  for (const value of ['eight-88', fake, `${fake}>>>???`, fake.repeat(2)]) {
    const found = searchFor(value);
    for (let inner = 0; inner < 3; inner += 1) {
      for (let outer = 0; outer < 3; outer += 1) {
        const text = base64(`${'i'.repeat(inner)}${value}${'j'.repeat(2 - inner)}`);
        const haystack = base64(`${'o'.repeat(outer)}${text} and more`);
        expect([value, inner, outer, found(haystack)]).toEqual([value, inner, outer, ['base64 of base64']]);
      }
    }
  }
  expect(formsFound(fake, base64(base64('not-a-secret-7f3a91d2d4e8')))).toEqual([]);
});

test('the base64 program twice, wrapped, agrees', () => {
  const once = execFileSync('base64', { input: `TOKEN=${fake}\n` });
  expect(formsFound(fake, execFileSync('base64', ['-w', '20'], { input: once }))).toEqual(['base64 of base64']);
});

test('base64 of UTF-16, as PowerShell takes commands, is found at every offset', () => {
  const found = searchFor(`${fake}é`);
  for (let lead = 0; lead < 3; lead += 1) {
    const script = Buffer.from(`${'x'.repeat(lead)}$env:T = '${fake}é'`, 'utf16le');
    expect(found(base64(script))).toEqual(['base64 of utf-16']);
  }
  expect(formsFound(fake, base64(Buffer.from('not-a-secret-7f3a91d2d4e8', 'utf16le')))).toEqual([]);
});

test('a value inside JSON inside base64 is found where JSON writes it in another way', () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${`${base64(fake.repeat(2)).slice(0, 64)}\n`.repeat(4)}-----END PRIVATE KEY-----\n`;
  for (const value of [key, 'not"a\\secret-7f3a91c2', `not<a>&secret/${fake}`]) {
    const json = JSON.stringify({ type: 'service_account', value }).replaceAll('<', '\\u003c');
    const go = json.replaceAll('>', '\\u003e').replaceAll('&', '\\u0026');
    expect(formsFound(value, base64(go))).toContain('base64 of json');
  }
});

test('user and value in basic auth are found whatever the user is', () => {
  for (const user of ['', 'a', 'ab', 'abc', 'AzureDevOps', 'x-access-token', '__token__']) {
    const auth = base64(`${user}:${fake}`);
    expect(formsFound(fake, `Authorization: Basic ${auth}`)).toEqual(['base64']);
    expect(formsFound(fake, `//registry.example.com/:_auth=${auth}`)).toEqual(['base64']);
    expect(formsFound(fake, JSON.stringify({ auths: { 'registry.example.com': { auth } } }))).toEqual(['base64']);
    expect(formsFound(fake, base64(`${user}:not-a-secret-7f3a91d2d4e8`))).toEqual([]);
  }
});
