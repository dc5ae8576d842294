import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { needlesOf } from '../../../../src/scan/forms/index.ts';
import { formsFound, searchFor } from './search.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';
const pairs = (value: string): string[] => Buffer.from(value).toString('hex').match(/../g) ?? [];

function utf32(text: string, write: 'writeUInt32LE' | 'writeUInt32BE'): Buffer {
  const points = [...text].map((character) => character.codePointAt(0)!);
  const bytes = Buffer.alloc(4 * points.length);
  points.forEach((point, index) => void bytes[write](point, 4 * index));
  return bytes;
}

const planted: [string, string, string, string | Buffer][] = [
  ['separated hex', 'colons', fake, pairs(fake).join(':')],
  ['separated hex', 'blanks, upper case', fake, pairs(fake).join(' ').toUpperCase()],
  ['separated hex', 'dashes', fake, pairs(fake).join('-')],
  ['separated hex', 'a C string', fake, `"\\x${pairs(fake).join('\\x')}"`],
  ['separated hex', 'a C string in JSON', fake, `"\\\\x${pairs(fake).join('\\\\x')}"`],
  ['separated hex', 'an array', fake, `{ 0x${pairs(fake).join(', 0x')} }`],
  ['separated hex', 'an array without blanks', fake, `{0x${pairs(fake).join(',0x')}}`],
  ['utf-32', 'little-endian', `${fake}é😀`, utf32(`x${fake}é😀x`, 'writeUInt32LE')],
  ['utf-32', 'big-endian', `${fake}é😀`, utf32(`x${fake}é😀x`, 'writeUInt32BE')],
  ['utf-32', 'ASCII', fake, utf32(fake, 'writeUInt32BE')],
  ['decoded value', 'a key in hex', '7f3a91c2d4e80011', Buffer.from('7f3a91c2d4e80011', 'hex')],
  [
    'decoded value',
    'a key in hex, stored in base64',
    '7f3a91c2d4e80011',
    Buffer.from('7f3a91c2d4e80011', 'hex').toString('base64'),
  ],
  ['decoded value', 'a key in base64', Buffer.from(fake).toString('base64'), fake],
  ['decoded value', 'a key in base64url', Buffer.from(`>>${fake}??`).toString('base64url'), `>>${fake}??`],
  ['decoded value', 'a key in base64, stored in hex', Buffer.from(fake).toString('base64'), pairs(fake).join('')],
];

test.each(planted)('%s: %s', (form, _, value, haystack) => {
  expect(formsFound(value, haystack)).toContain(form);
  const twin = Buffer.from(haystack as string);
  const middle = Math.floor(twin.length / 2);
  // the same with one byte changed: of the digits, not of what stands between them
  for (const at of [middle - 1, middle, middle + 1, middle + 2]) twin[at]! ^= 3;
  expect(formsFound(value, twin)).toEqual([]);
});

/** RFC 4648 §6, one bit at a time. */
function base32(bytes: Buffer, alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

test('base32 is found at every offset, in both alphabets and cases, also wrapped', () => {
  for (const value of ['sixlet', 'eleven-1111', fake]) {
    const found = searchFor(value);
    for (let lead = 0; lead < 12; lead += 1) {
      const bytes = Buffer.from(`${'x'.repeat(lead)}${value}yy`);
      for (const text of [base32(bytes), base32(bytes, '0123456789ABCDEFGHIJKLMNOPQRSTUV')])
        for (const haystack of [text, text.toLowerCase()])
          expect([value, lead, found(haystack)]).toEqual([value, lead, ['base32']]);
    }
  }
  expect(formsFound(fake, base32(Buffer.from(fake)).replace(/.{17}/g, '$&\n'))).toEqual(['base32']);
  expect(formsFound(fake, base32(Buffer.from('not-a-secret-7f3a91c2d4e9')))).toEqual([]);
});

test('the base32 program agrees', () => {
  expect(formsFound(fake, execFileSync('base32', { input: `export TOKEN=${fake}\n` }))).toEqual(['base32']);
});

test('a word that could be base64, zeros and a path are not decoded', () => {
  for (const value of [
    'password',
    'AAAAAAAAAAAAAAAAAAAAAAAA',
    '00000000000000000000',
    'not/a.secret',
    'abcdefghijklm',
  ]) {
    expect(needlesOf(Buffer.from(value)).needles.filter(({ form }) => form === 'decoded value')).toEqual([]);
  }
});

test('of a long value a part is enough in the forms that are many times its size', () => {
  const long = Array.from({ length: 60 }, (_, index) => `${index}é${fake}`).join('');
  const hex = pairs(long).join(':');
  expect(formsFound(long, hex)).toEqual(['separated hex']);
  expect(formsFound(long, utf32(long, 'writeUInt32LE'))).toEqual(['utf-32']);
  for (const { bytes, form } of needlesOf(Buffer.from(long)).needles)
    if (form === 'separated hex') expect(bytes.length).toBeLessThanOrEqual(128 * 6);
});
