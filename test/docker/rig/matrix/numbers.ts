import { execFileSync } from 'node:child_process';
import type { Bed } from './case.ts';
import {
  base64,
  byNumbers,
  bytesOf,
  type Decode,
  evaluated,
  fromBase64,
  fromHex,
  latin1,
  utf8,
  wrapped,
} from './codecs.ts';
import { awkward, base32Of, base64Key, hexKey, uuid } from './values.ts';

/** A value written as numbers: of its bytes, or of its characters. */
export function numbers(bed: Bed): void {
  const plant = (title: string, form: string, encode: (value: string) => string | Buffer, decode: Decode) =>
    bed.file(title, { content: (value) => encode(value), decode, form });
  plant(
    'character references',
    'character references',
    (value) => [...value].map((c) => `&#x${c.charCodeAt(0).toString(16)};`).join(''),
    byNumbers,
  );
  plant(
    'character references, decimal',
    'character references',
    (value) => [...value].map((c) => `&#${c.charCodeAt(0)};`).join(''),
    byNumbers,
  );
  plant(
    'Unicode escapes',
    'unicode escapes',
    (value) => `x="${[...value].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
    evaluated,
  );
  plant(
    'octal escapes',
    'octal',
    (value) =>
      bytesOf(value)
        .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
        .join(''),
    utf8((text) => execFileSync('printf', [text])),
  );
  plant('hex', 'hex', (value) => `key=${Buffer.from(value).toString('hex')}`, fromHex);
  plant('hex, upper case', 'hex', (value) => Buffer.from(value).toString('hex').toUpperCase(), fromHex);
  plant('hex, wrapped', 'hex', (value) => wrapped(Buffer.from(value).toString('hex'), 60), fromHex);
  for (const [title, before, between] of [
    ['hex with colons', '', ':'],
    ['hex with blanks', '', ' '],
    ['hex escapes', '\\x', ''],
    ['a C array', '0x', ', '],
  ] as const)
    plant(
      title,
      'separated hex',
      (value) =>
        bytesOf(value)
          .map((byte) => before + byte.toString(16).padStart(2, '0'))
          .join(between),
      fromHex,
    );
  plant(
    'a Buffer in JSON',
    'separated hex',
    (value) => JSON.stringify(Buffer.from(value)),
    utf8((text) => Buffer.from((JSON.parse(text) as { data: number[] }).data)),
  );
  bed.file('hex key in upper case', {
    value: hexKey(),
    content: (value) => value.toUpperCase(),
    decode: utf8((text) => text.toLowerCase()),
    form: 'letter case',
  });
  bed.file('UUID without dashes', {
    value: uuid(),
    content: (value) => value.replaceAll('-', ''),
    decode: utf8((text) => text.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')),
    form: 'letter case',
  });
}

const b85 = (call: string): string =>
  `import sys, base64; sys.stdout.buffer.write(base64.${call}(sys.stdin.buffer.read()))`;

/** A value in base64 and base32, also of another encoding. */
export function base64s(bed: Bed): void {
  const plant = (
    title: string,
    form: string,
    encode: (value: string) => string | Buffer,
    decode: Decode,
    value?: string,
  ) => bed.file(title, { content: (text) => encode(text), decode, form, ...(value === undefined ? {} : { value }) });
  for (const before of ['', 'u', 'us'])
    plant(`base64 behind ${before.length} bytes`, 'base64', (value) => `x="${base64(value, before)}"`, fromBase64);
  plant(
    'base64, url-safe without padding',
    'base64',
    (value) => Buffer.from(value).toString('base64url'),
    utf8((text) => Buffer.from(text, 'base64url')),
    awkward(),
  );
  plant(
    'base64, 64 to a line',
    'base64',
    (value) => wrapped(base64(value, 'some text before it, and more of it ::'), 64),
    fromBase64,
  );
  plant(
    'base64, 76 to a line, CRLF',
    'base64',
    (value) => wrapped(base64(value, 'some text before it, which is long enough'), 76, '\r\n'),
    fromBase64,
  );
  plant(
    'base64 of base64',
    'base64 of base64',
    (value) => base64(base64(value)),
    utf8((text) => Buffer.from(Buffer.from(text, 'base64').toString(), 'base64')),
  );
  plant(
    'base64 of hex',
    'base64 of hex',
    (value) => base64(Buffer.from(value).toString('hex')),
    utf8((text) => Buffer.from(Buffer.from(text, 'base64').toString(), 'hex')),
  );
  plant(
    'hex of base64',
    'hex of base64',
    (value) => Buffer.from(base64(value)).toString('hex'),
    utf8((text) => Buffer.from(Buffer.from(text, 'hex').toString(), 'base64')),
  );
  plant(
    'base85, as git and Python write it',
    'base85',
    (value) => execFileSync('python3', ['-c', b85('b85encode')], { input: value }),
    (content) => execFileSync('python3', ['-c', b85('b85decode')], { input: content }),
  );
  plant(
    "Adobe's base85",
    'base85',
    (value) => execFileSync('python3', ['-c', b85('a85encode')], { input: value }),
    (content) => execFileSync('python3', ['-c', b85('a85decode')], { input: content }),
  );
  plant(
    'base64 of JSON',
    'base64 of json',
    (value) => base64(JSON.stringify({ x: value })),
    utf8((text) => (JSON.parse(Buffer.from(text, 'base64').toString()) as { x: string }).x),
    awkward(),
  );
  plant(
    'base64 of UTF-16',
    'base64 of utf-16',
    (value) => base64(Buffer.from(`$t="${value}"`, 'utf16le')),
    utf8((text) => Buffer.from(text, 'base64').toString('utf16le')),
  );
  plant(
    'base32',
    'base32',
    (value) => base32Of(Buffer.from(value)),
    latin1((text) => execFileSync('base32', ['-d'], { input: text })),
  );
  plant(
    'the bytes of a base64 key',
    'decoded value',
    (value) => Buffer.from(value, 'base64'),
    (content) => content.toString('base64'),
    base64Key(),
  );
  plant(
    'the bytes of a hex key',
    'decoded value',
    (value) => Buffer.from(value, 'hex'),
    (content) => content.toString('hex'),
    hexKey(),
  );
  plant(
    'a hex key in base64',
    'decoded value',
    (value) => Buffer.from(value, 'hex').toString('base64'),
    utf8((text) => Buffer.from(text, 'base64').toString('hex')),
    hexKey(),
  );
}
