import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { parse, stringify } from 'yaml';
import { Bed } from './case.ts';
import {
  awkward,
  base32Of,
  base64Key,
  hexKey,
  jsonKeyFile,
  letters,
  nonAscii,
  privateKey,
  shortPassword,
  uuid,
} from './values.ts';

type Decode = (content: Buffer) => string | Buffer;

const latin1 =
  (decode: (text: string) => string | Buffer): Decode =>
  (content) =>
    decode(content.toString('latin1'));
const utf8 =
  (decode: (text: string) => string | Buffer): Decode =>
  (content) =>
    decode(content.toString());
const quotedPart = (text: string): string => text.slice(text.indexOf('=') + 1).trim();
const evaluated = utf8((text) => String(runInNewContext(quotedPart(text))));
/** What a POSIX shell makes of the right side of an assignment. */
const byShell = utf8((text) => execFileSync('sh', ['-c', `printf %s ${quotedPart(text)}`]));
const fromBase64 = utf8((text) => Buffer.from(quotedPart(text).replace(/^"|"$/g, ''), 'base64'));
const fromHex = utf8((text) => Buffer.from(text.replace(/^key=|0x|\\x|[^0-9a-fA-F]/g, ''), 'hex'));
const byNumbers = utf8((text) => text.replace(/&#(x?)([0-9a-f]+);/gi, (_, x, digits) => pointOf(digits, x)));
const joinedLines = (text: string): string => text.replace(/\\r|\\n|\s/g, '');
const pemBody = (pem: string): string => joinedLines(pem.replace(/-----.*?-----/g, ''));

function pointOf(digits: string, base: string): string {
  return String.fromCodePoint(Number.parseInt(digits, base === '' ? 10 : 16));
}

function wrapped(text: string, width: number, lineBreak = '\n'): string {
  return (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(lineBreak);
}

function base64(value: string | Buffer, before = ''): string {
  return Buffer.concat([Buffer.from(before), Buffer.from(value)]).toString('base64');
}

const bytesOf = (value: string): number[] => [...Buffer.from(value)];

function utf32(value: string, order: 'le' | 'be'): Buffer {
  const bytes = Buffer.alloc([...value].length * 4);
  [...value].forEach((character, index) => void bytes.writeUInt32LE(character.codePointAt(0) ?? 0, index * 4));
  return order === 'le' ? bytes : bytes.swap32();
}

function fromUtf32(content: Buffer, order: 'le' | 'be'): string {
  const points = Array.from({ length: content.length / 4 }, (_, index) =>
    order === 'le' ? content.readUInt32LE(index * 4) : content.readUInt32BE(index * 4),
  );
  return String.fromCodePoint(...points);
}

/** A value in one file for every encoding in which it can stand there. */
export function formsBed(): Bed {
  const bed = new Bed('form', 'forms');
  kinds(bed);
  escapes(bed);
  numbers(bed);
  base64s(bed);
  widths(bed);
  keys(bed);
  return bed;
}

function kinds(bed: Bed): void {
  bed.file('as it is', { content: (value) => `TOKEN=${value}\n` });
  bed.file('a password of eight characters', { value: shortPassword(), content: (value) => `login ci ${value} now` });
  bed.file('not ASCII', { value: nonAscii(), content: (value) => `p: ${value}\n` });
  bed.file('a hex key', { value: hexKey(), content: (value) => `k ${value}\n` });
  bed.file('a base64 key', { value: base64Key(), content: (value) => `k ${value}\n` });
  bed.file('a UUID', { value: uuid(), content: (value) => `id ${value}\n` });
  bed.file('a private key', { value: privateKey(), content: (value) => value, form: /^$|rewrapped/ });
  bed.file('a JSON key file', { value: jsonKeyFile(), content: (value) => value });
  bed.file('a private key out of a JSON key file', {
    value: jsonKeyFile(),
    content: (value) => (JSON.parse(value) as { private_key: string }).private_key,
    part: (value) => (JSON.parse(value) as { private_key: string }).private_key,
    form: /^$|rewrapped/,
  });
  const url = (password: string) => `postgres://ci:${encodeURIComponent(password)}@db.example.com/app`;
  bed.file('a URL with a password', { value: url(awkward()), content: (value) => `URL=${value}\n` });
  const password = (value: string) => decodeURIComponent(new URL(value).password);
  bed.file("a URL's password, decoded", { value: url(awkward()), content: password, part: password });
  bed.file('user and password in Basic auth', {
    content: (value) => `Authorization: Basic ${base64(`ci:${value}`)}\n`,
    decode: utf8((text) => Buffer.from(text.split(' ').at(-1) ?? '', 'base64')),
    form: 'base64',
  });
}

function escapes(bed: Bed): void {
  const plant = (title: string, form: string | RegExp, encode: (value: string) => string | Buffer, decode: Decode) =>
    bed.file(title, { value: awkward(), content: (value) => encode(value), decode, form });
  plant('JSON', 'json', (value) => `x=${JSON.stringify(value)}`, evaluated);
  plant(
    'JSON in JSON',
    'json',
    (value) => `x=${JSON.stringify(JSON.stringify(value))}`,
    utf8((text) => String(JSON.parse(String(JSON.parse(quotedPart(text)))))),
  );
  plant(
    'JSON in ASCII, as Python writes it',
    'json',
    (value) => `x=${JSON.stringify(value).replace('é', '\\u00e9')}`,
    evaluated,
  );
  plant(
    'JavaScript string',
    /c-string|json|properties/,
    (value) => `x='${value.replace(/['\\]/g, '\\$&')}'`,
    evaluated,
  );
  plant('shell, in single quotes', 'shell', (value) => `x='${value.replaceAll("'", "'\\''")}'`, byShell);
  plant('shell, in double quotes', 'shell', (value) => `x="${value.replace(/["\\$`]/g, '\\$&')}"`, byShell);
  plant('shell, printf %q', 'shell', (value) => `x=${value.replace(/[ "'\\&<>$!{}]/g, '\\$&')}`, byShell);
  plant(
    'C string',
    'c-string',
    (value) => `x="${value.replace(/["\\]/g, '\\$&').replace('é', '\\303\\251')}"`,
    utf8((text) => execFileSync('printf', [quotedPart(text).slice(1, -1).replaceAll('%', '%%')])),
  );
  plant(
    'SQL string',
    'doubled',
    (value) => `x='${value.replaceAll("'", "''")}'`,
    utf8((text) => text.replaceAll("''", "'")),
  );
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  plant(
    'HTML',
    'xml',
    (value) => `<b>${value.replace(/[&<>"']/g, (c) => named[c] ?? c)}</b>`,
    utf8((text) => Object.entries(named).reduceRight((out, [c, name]) => out.replaceAll(name, c), text)),
  );
  plant(
    'YAML in double quotes',
    /yaml|json/,
    (value) => stringify({ x: value }, { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0 }),
    utf8((text) => (parse(text) as { x: string }).x),
  );
  plant(
    'YAML in single quotes',
    'doubled',
    (value) =>
      stringify({ x: value }, { defaultStringType: 'QUOTE_SINGLE', lineWidth: 0 }).replace(
        /^x: "(.*)"$/m,
        `x: '${value.replaceAll("'", "''")}'`,
      ),
    utf8((text) => (parse(text) as { x: string }).x),
  );
  plant(
    'quoted-printable',
    'quoted-printable',
    (value) => value.replaceAll('=', '=3D').replace('é', '=C3=A9'),
    latin1((text) =>
      Buffer.from(
        text.replace(/=([0-9A-F]{2})/g, (_, digits) => pointOf(digits, 'x')),
        'latin1',
      ),
    ),
  );
  plant(
    'Java properties',
    'properties',
    (value) => `x=${value.replace(/[\\=:#!]/g, '\\$&')}`,
    utf8((text) => text.replace(/\\(.)/g, '$1')),
  );
  plant('percent-encoded', 'percent', encodeURIComponent, utf8(decodeURIComponent));
  plant(
    'percent-encoded, a form',
    'percent',
    (value) => new URLSearchParams({ x: value }).toString(),
    utf8((text) => new URLSearchParams(text).get('x') ?? ''),
  );
  plant(
    'percent-encoded, every byte',
    'percent',
    (value) => Buffer.from(value).toString('hex').replace(/../g, '%$&'),
    utf8(decodeURIComponent),
  );
  plant(
    'percent-encoded twice',
    'percent',
    (value) => encodeURIComponent(encodeURIComponent(value)),
    utf8((text) => decodeURIComponent(decodeURIComponent(text))),
  );
  bed.file('Unicode letters taken apart', {
    value: nonAscii(),
    content: (value) => value.normalize('NFD'),
    decode: utf8((text) => text.normalize('NFC')),
    form: 'unicode normal form',
  });
}

function numbers(bed: Bed): void {
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

function base64s(bed: Bed): void {
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

function widths(bed: Bed): void {
  const plant = (title: string, form: string, encode: (value: string) => string | Buffer, decode: Decode) =>
    bed.file(title, { content: (value) => encode(value), decode, form });
  plant(
    'UTF-16 with a byte order mark',
    'utf-16',
    (value) => Buffer.from(`\uFEFFtoken: ${value}\r\n`, 'utf16le'),
    (content) => content.toString('utf16le'),
  );
  plant(
    'UTF-16, big-endian',
    'utf-16',
    (value) => Buffer.from(`t ${value}`, 'utf16le').swap16(),
    (content) => Buffer.from(content).swap16().toString('utf16le'),
  );
  plant(
    'UTF-32',
    'utf-32',
    (value) => utf32(value, 'le'),
    (content) => fromUtf32(content, 'le'),
  );
  plant(
    'UTF-32, big-endian',
    'utf-32',
    (value) => utf32(value, 'be'),
    (content) => fromUtf32(content, 'be'),
  );
  bed.file('the first three quarters', {
    value: letters(40),
    content: (value) => `log: ${value.slice(0, 32)}…`,
    part: (value) => value.slice(0, 32),
    form: 'partial',
  });
  bed.file('the last three quarters', {
    value: letters(40),
    content: (value) => `log: …${value.slice(-30)}\n`,
    part: (value) => value.slice(-30),
    form: 'partial',
  });
}

function keys(bed: Bed): void {
  const plant = (title: string, encode: (value: string) => string, form: string | RegExp = 'rewrapped') =>
    bed.file(title, {
      value: privateKey(),
      content: encode,
      decode: utf8((text) => pemBody(text.replace(/\\$/gm, ''))),
      part: (value) => pemBody(value),
      form,
    });
  plant('a key with CRLF', (value) => value.replaceAll('\n', '\r\n'), /^$|rewrapped/);
  plant('a key, indented', (value) => `tls:\n  key: |\n${value.replace(/^/gm, '    ')}`);
  plant('a key on one line', (value) => JSON.stringify({ key: value }), /json|rewrapped/);
  plant('a key wrapped anew', (value) => wrapped(pemBody(value), 50));
  plant('a key without its first and last line', (value) => value.split('\n').slice(1, -2).join('\n'));
  bed.file('one line of a key', {
    value: privateKey(),
    content: (value) => `${lineOf(value)}\n`,
    part: lineOf,
    form: 'one line of the key',
  });
}

function lineOf(key: string): string {
  return key.split('\n').at(-6) ?? '';
}
