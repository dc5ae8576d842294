import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { formsFound, searchFor } from './search.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';
const notAscii = 'pässwörd-für-niemand-7f3a';
const base64 = (text: string | Buffer): string => Buffer.from(text as string).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');

/** By Python's own encoders. */
function python(code: string, input: string): string {
  return execFileSync('python3', ['-c', `import sys, base64\nvalue = sys.stdin.buffer.read()\nprint(${code})`], {
    input,
    encoding: 'latin1',
  });
}

test.each([
  ['base64.b85encode(value).decode()'],
  ['base64.a85encode(value).decode()'],
  ['base64.a85encode(value, wrapcol=40, adobe=True).decode()'],
])('base85 is found at every offset: %s', (code) => {
  const found = searchFor(fake);
  for (let lead = 0; lead < 4; lead += 1)
    expect([lead, found(python(code, `${'x'.repeat(lead)}${fake} and more`))]).toEqual([lead, ['base85']]);
  expect(found(python(code, 'not-a-secret-7f3a91d2d4e8'))).toEqual([]);
});

test("ZeroMQ's base85 is found", () => {
  // of the eight bytes that RFC 32/Z85 gives as its example
  expect(formsFound(Buffer.from('864fd26fb559f75b', 'hex'), 'x HelloWorld x')).toEqual(['base85']);
});

test('a value in hex in base64, and in base64 in hex, is found at every offset', () => {
  const found = searchFor(fake);
  for (let lead = 0; lead < 3; lead += 1) {
    const text = `${'x'.repeat(lead)}${fake} and more`;
    expect(found(base64(hex(text)))).toEqual(['base64 of hex']);
    expect(found(base64(`${'y'.repeat(lead)}${hex(text).toUpperCase()}`))).toEqual(['base64 of hex']);
    expect(found(hex(base64(text)))).toEqual(['hex of base64']);
    expect(found(hex(base64(text)).toUpperCase())).toEqual(['hex of base64']);
  }
  const other = 'not-a-secret-7f3a91d2d4e8';
  expect([found(base64(hex(other))), found(hex(base64(other)))]).toEqual([[], []]);
});

test.each([
  ['ISO 8859-1', notAscii, Buffer.from(notAscii, 'latin1')],
  ['basic authentication', notAscii, base64(Buffer.from(`ci:${notAscii}`, 'latin1'))],
  ['percent-encoded', notAscii, 'x=p%E4ssw%F6rd-f%FCr-niemand-7f3a'],
  ['Windows-1252', 'nicht-geheim-7f3a-5€', Buffer.from('nicht-geheim-7f3a-5\x80', 'latin1')],
  ['UTF-8 twice', notAscii, Buffer.from(Buffer.from(notAscii).toString('latin1'))],
  ['UTF-8 taken for Windows-1252', 'nicht-geheim-7f3a-5€', 'nicht-geheim-7f3a-5â‚¬'],
])('a value that is not ASCII is found in an alphabet of eight bits: %s', (_, value, haystack) => {
  expect(formsFound(value, haystack)).toEqual(['latin-1']);
  expect(formsFound(value.replace('f', 'g'), haystack)).toEqual([]);
});

test('a value that no alphabet of eight bits has is not searched in one', () => {
  expect(formsFound('nicht-geheim-7f3a-Ж', Buffer.from('nicht-geheim-7f3a-\x16', 'latin1'))).toEqual([]);
});
