import { execFileSync } from 'node:child_process';
import { Bed } from './case.ts';
import { base64, type Decode, fromUtf32, pemBody, utf8, utf32, wrapped } from './codecs.ts';
import { escapes } from './escapes.ts';
import { base64s, numbers } from './numbers.ts';
import {
  awkward,
  base64Key,
  hexKey,
  jsonKeyFile,
  letters,
  nonAscii,
  privateKey,
  shortPassword,
  uuid,
} from './values.ts';

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
  bed.file('ISO 8859-1', {
    value: nonAscii(),
    content: (value) => Buffer.from(`p: ${value}\n`, 'latin1'),
    decode: (content) => content.toString('latin1'),
    form: 'latin-1',
  });
  bed.file('ISO 8859-1 in Basic auth', {
    value: nonAscii(),
    content: (value) => `Authorization: Basic ${Buffer.from(`ci:${value}`, 'latin1').toString('base64')}\n`,
    decode: utf8((text) => Buffer.from(text.split(' ').at(-1) ?? '', 'base64').toString('latin1')),
    form: 'latin-1',
  });
  plant(
    'a dump of od',
    'hex dump',
    (value) => execFileSync('od', ['-A', 'x', '-t', 'x1z'], { input: `token: ${value}\n` }),
    utf8((text) => Buffer.from(text.replace(/^\w+| *>.*$/gm, '').replace(/\s/g, ''), 'hex')),
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
