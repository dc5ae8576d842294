import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { needlesOf } from '../../../../src/scan/forms/index.ts';
import { formsFound, searchFor } from './search.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';
const awkward = 'not a "secret" <&\'/\\+=?~*é€😀> 7f3a91c2d4e8';

const key = [
  '-----BEGIN PRIVATE KEY-----',
  ...Array.from({ length: 8 }, (_, line) =>
    Buffer.from(`not-a-secret line ${line} of a fake key 7f3a91c2d4e8`).toString('base64').padEnd(64, 'x').slice(0, 64),
  ),
  'bm90LWEtc2VjcmV0IDdmM2E5MWMyZDRlOA==',
  '-----END PRIVATE KEY-----',
].join('\n');
const keyLines = key.split('\n');
const keyBody = keyLines.slice(1, -1).join('');

const unicode = (text: string): string =>
  text.replace(/[^\0-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const planted: [string, string, string, string | Buffer][] = [
  ['raw', 'as it is', fake, `TOKEN=${fake}\n`],
  ['raw', 'with a line end that the file does not have', `${fake}\r\n`, `x${fake}x`],
  ['raw', 'several lines with LF', key, `\n${key}\n`],
  ['raw', 'several lines with CRLF', key, key.replaceAll('\n', '\r\n')],
  ['raw', 'CRLF value, LF file', key.replaceAll('\n', '\r\n'), key],
  ['json', 'escaped line ends', key, `KEY="${key.replaceAll('\n', '\\n')}"`],
  ['json', 'JSON.stringify', awkward, JSON.stringify({ a: awkward })],
  ['json', 'twice', awkward, JSON.stringify({ a: JSON.stringify({ b: awkward }) })],
  ['json', 'escaped slashes', 'not/a/secret"7f3a', '"not\\/a\\/secret\\"7f3a"'],
  ['json', 'Go', 'not<a>&secret 7f3a', '"not\\u003ca\\u003e\\u0026secret 7f3a"'],
  ['json', 'ASCII only', awkward, unicode(JSON.stringify(awkward))],
  ['json', '.NET', 'not+a"secret\'7f3a', '"not\\u002Ba\\u0022secret\\u00277f3a"'],
  ['percent', 'encodeURIComponent', awkward, encodeURIComponent(awkward)],
  ['percent', 'encodeURI', awkward, encodeURI(awkward)],
  ['percent', 'form', awkward, new URLSearchParams({ a: awkward }).toString()],
  ['percent', 'lower-case digits', 'not/a/secret@7f3a', 'not%2fa%2fsecret%407f3a'],
  [
    'percent',
    'URL password',
    'not/a/secret@7f3a',
    Object.assign(new URL('http://u@x/'), { password: 'not/a/secret@7f3a' }).href,
  ],
  ['percent', 'every byte', fake, Buffer.from(fake).toString('hex').replace(/../g, '%$&')],
  ['hex', 'lower case', fake, Buffer.from(fake).toString('hex')],
  ['hex', 'upper case', fake, Buffer.from(fake).toString('hex').toUpperCase()],
  ['hex', 'xxd -p', fake.repeat(3), wrap(Buffer.from(fake.repeat(3)).toString('hex'), 60, '\n')],
  ['utf-16', 'little-endian', awkward, Buffer.from(`x${awkward}x`, 'utf16le')],
  ['utf-16', 'big-endian', awkward, Buffer.from(`x${awkward}x`, 'utf16le').swap16()],
  ['utf-16', 'ASCII, big-endian', fake, Buffer.from(fake, 'utf16le').swap16()],
  ['base64', 'url-safe, unpadded', 'not>>>a???secret7f3a', Buffer.from('not>>>a???secret7f3a').toString('base64url')],
  ['rewrapped', 'a key indented in YAML', key, `key: |\n${key.replace(/^/gm, '    ')}`],
  ['rewrapped', 'the body of a key on one line', key, keyBody],
  ['rewrapped', 'the body of a key wrapped at 76', key, wrap(keyBody, 76, '\r\n')],
  ['rewrapped', 'a value with escaped line ends as a real key', key.replaceAll('\n', '\\n'), key],
  ['rewrapped', 'a key with blanks for line ends', key, key.replaceAll('\n', ' ')],
  ['one line of the key', 'from its second half', key, `x\n${keyLines[8]}\n`],
];

test.each(planted)('%s: %s', (form, _, value, haystack) => {
  expect(formsFound(value, haystack)).toContain(form);
});

function wrap(text: string, width: number, lineBreak: string): string {
  return (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(lineBreak);
}

test('base64 is found at every offset of a longer text, plain and wrapped', () => {
  const widths = [0, 16, 17, 60, 64, 76, 100];
  for (const value of ['sixlet', 'eight-88', 'eleven-1111', fake, fake.repeat(5)]) {
    const found = searchFor(value);
    for (let lead = 0; lead < 60; lead += 1) {
      const text = Buffer.from(`${'x'.repeat(lead)}${value}${'y'.repeat(50)}`).toString('base64');
      for (const width of widths) {
        const haystack = width === 0 ? text : wrap(text, width, '\n');
        expect([value, lead, width, found(haystack)]).toEqual([value, lead, width, ['base64']]);
      }
    }
  }
});

test('the base64 program agrees', () => {
  const input = `export TOKEN=${fake}\nexport OTHER=${fake}\n`;
  expect(formsFound(fake, execFileSync('base64', { input }))).toEqual(['base64']);
  expect(formsFound(fake, execFileSync('base64', ['-w', '20'], { input }))).toEqual(['base64']);
});

const publicTwin = Buffer.from(key.replaceAll('PRIVATE KEY', 'CERTIFICATE'));
const clean: [string, string, string | Buffer][] = [
  ['another value of the same key', fake, 'TOKEN=not-a-secret-7f3a91c2d4e9'],
  ['a prefix', fake, fake.slice(0, -1)],
  ['a prefix in base64', fake, Buffer.from(fake.slice(0, -1)).toString('base64')],
  [
    'the header of another key',
    key,
    `${keyLines[0]}\n${keyLines[1]}\n${keyLines[2]}\nbm8gc2VjcmV0\n${keyLines.at(-1)}`,
  ],
  ['a certificate of the bundle', `${publicTwin}\n${key.replaceAll('bm90', 'cm90')}`, publicTwin],
];

test.each(clean)('not found: %s', (_, value, haystack) => {
  expect(formsFound(value, haystack)).toEqual([]);
});

test('a value of any bytes is found raw, in hex and in base64', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 80 }), (bytes) => {
      // Line breaks at the ends are not part of a value.
      const value = Buffer.concat([Buffer.from('<'), bytes, Buffer.from('>')]);
      for (const encoding of ['latin1', 'hex', 'base64'] as const) {
        const haystack = Buffer.from(value.toString(encoding), 'latin1');
        expect(formsFound(value, haystack)).not.toEqual([]);
      }
    }),
    { numRuns: 30 },
  );
});

test('no two needles have the same bytes, and the plainest form keeps them', () => {
  const { needles } = needlesOf(Buffer.from('abcdef0123456789'));
  expect(new Set(needles.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))).size).toBe(needles.length);
  expect(needles.filter(({ bytes }) => Buffer.from(bytes).equals(Buffer.from('abcdef0123456789')))).toEqual([
    expect.objectContaining({ form: 'raw' }),
  ]);
});

test('a form that would be too short to be unambiguous is left out and named', () => {
  expect(needlesOf(Buffer.from(fake)).omitted).toEqual([]);
  expect(needlesOf(Buffer.from('7f3a')).omitted).toEqual(expect.arrayContaining(['raw', 'json', 'percent', 'base64']));
  expect(needlesOf(Buffer.from('7f3a')).needles.every(({ bytes }) => bytes.length >= 6)).toBe(true);
  expect(needlesOf(Buffer.from('')).needles).toEqual([]);
});
