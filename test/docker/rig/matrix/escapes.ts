import { execFileSync } from 'node:child_process';
import { parse, stringify } from 'yaml';
import type { Bed } from './case.ts';
import { byShell, type Decode, evaluated, latin1, pointOf, quotedPart, utf8 } from './codecs.ts';
import { awkward, nonAscii } from './values.ts';

/** A value that every encoding changes, escaped as languages, markup and URLs do. */
export function escapes(bed: Bed): void {
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
