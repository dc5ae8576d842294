import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { formsFound } from './search.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';
const numbers = (radix: number, width = 0): string[] =>
  [...Buffer.from(fake)].map((byte) => byte.toString(radix).padStart(width, '0'));
const uuid = '7f3a91c2-d4e8-4a11-9b0e-0123456789ab';
const seed = 'NOTASECRET7FAKEONE234567';
const accented = 'not-a-sécret-7f3a91c2-Å';

const planted: [string, string, string, string][] = [
  ['octal', 'a C string', fake, `"\\${numbers(8, 3).join('\\')}"`],
  ['octal', 'echo', fake, `echo '\\0${numbers(8, 3).join('\\0')}'`],
  ['octal', 'without leading zeros', fake, `\\${numbers(8).join('\\')}`],
  ['octal', 'in JSON', fake, `\\\\${numbers(8, 3).join('\\\\')}`],
  ['unicode escapes', 'JSON', fake, `"\\u${numbers(16, 4).join('\\u')}"`],
  [
    'unicode escapes',
    'JSON in JSON',
    fake,
    `"\\\\u${numbers(16, 4).join('\\\\u').toUpperCase().replaceAll('U', 'u')}"`,
  ],
  ['unicode escapes', 'ECMAScript', fake, `\\u{${numbers(16).join('}\\u{')}}`],
  ['unicode escapes', 'Python', fake, `\\U${numbers(16, 8).join('\\U')}`],
  ['unicode escapes', 'escape()', fake, `%u${numbers(16, 4).join('%u')}`],
  ['percent', 'twice', 'not/a/secret@7f3a', encodeURIComponent(encodeURIComponent('not/a/secret@7f3a'))],
  ['percent', 'every byte, lower case', fake, `%${numbers(16).join('%')}`],
  ['quoted-printable', 'a body', 'not=a-sécret', 'not=3Da-s=C3=A9cret'],
  ['quoted-printable', 'a header', 'not a-secret=7f3a', '=?utf-8?Q?not_a-secret=3D7f3a?='],
  ['unicode normal form', 'decomposed', accented.normalize('NFC'), accented.normalize('NFD')],
  ['unicode normal form', 'composed', accented.normalize('NFD'), accented.normalize('NFC')],
  ['letter case', 'a UUID', uuid, `{${uuid.toUpperCase()}}`],
  ['letter case', 'a UUID without dashes', uuid, uuid.replaceAll('-', '')],
  ['letter case', 'a key in hex', '7f3a91c2d4e80011', '7F3A91C2D4E80011'],
  ['letter case', 'a seed in base32', seed, seed.toLowerCase()],
  ['separated hex', 'a Buffer in JSON', fake, JSON.stringify(Buffer.from(fake))],
  ['separated hex', 'Go', fake, `[${[...Buffer.from(fake)].join(' ')}]`],
  ...[0, 1, 5, 11].map((before): [string, string, string, string] => [
    'separated hex',
    `an array as xxd -i writes it, behind ${before} bytes`,
    fake,
    rows(['00'.repeat(before), Buffer.from(fake).toString('hex')].join(''), '  0x', ', 0x', ',\n'),
  ]),
  ['separated hex', 'od -An -tx1', fake, rows(Buffer.from(`ab${fake}`).toString('hex'), ' ', ' ', '\n')],
  ['separated hex', 'numbers, wrapped', fake, [...Buffer.from(fake)].join(', ').replace(/(.{40,50}?), /g, '$1,\n  ')],
  ['separated hex', 'openssl', fake.repeat(2), wrapped(Buffer.from(fake.repeat(2)).toString('hex').match(/../g)!)],
];

/** As `openssl rsa -text` prints numbers. */
/** Bytes in hex, twelve to a row. */
function rows(hex: string, head: string, between: string, end: string): string {
  return (hex.match(/.{1,24}/g) ?? []).map((row) => `${head}${(row.match(/../g) ?? []).join(between)}`).join(end);
}

function wrapped(pairs: readonly string[]): string {
  return pairs.map((pair, index) => (index % 15 === 14 ? `${pair}:\n    ` : `${pair}:`)).join('');
}

test.each(planted)('%s: %s', (form, _, value, haystack) => {
  expect(formsFound(value, haystack)).toContain(form);
  // the twin: the same with another last letter
  const last = [...value].at(-1)!;
  expect(formsFound(`${value.slice(0, -last.length)}${last === '1' ? '2' : '1'}`, haystack)).toEqual([]);
});

test('the printf program agrees on octal escapes', () => {
  const octal = `\\${numbers(8, 3).join('\\')}`;
  expect(execFileSync('printf', [octal], { encoding: 'utf8' })).toBe(fake);
});

test('a word or a password in another case is not found', () => {
  for (const value of ['Not-A-Secret-7f3a', 'CorrectHorseBatteryStaple', 'NotaSecretNotaSecret'])
    expect(formsFound(value, `${value.toLowerCase()} ${value.toUpperCase()}`)).toEqual([]);
});
