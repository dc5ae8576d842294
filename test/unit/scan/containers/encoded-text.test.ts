import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { scanImage } from '../../../../src/scan/index.ts';
import { Layout, memorySource } from '../../image/build-image.ts';
import { compressed } from '../../image/codecs/corpus.ts';
import { secret, token } from '../secrets.ts';
import { zipOf } from './zip-file.ts';

const numbers = Array.from({ length: 2000 }, (_, index) => (index * 7919) % 1_000_003).join(' ');
const small = gzipSync(`TOKEN=${token}\n`);
const large = gzipSync(`${numbers}\n${token}\n`);
/** Of which a few bytes decode to very many. */
const dense = gzipSync(`${'nothing\n'.repeat(2_000_000)}${token}`);
const pdf = Buffer.concat([
  Buffer.from('%PDF-1.7\n%\xb5\xb5\xb5\xb5\n1 0 obj\n<< >>\nstream\n', 'latin1'),
  deflateSync(`(${token}) Tj`),
  Buffer.from('\nendstream\nendobj\n'),
]);
const base64 = (bytes: Buffer | string): string => Buffer.from(bytes as string).toString('base64');
const wrapped = (text: string, width: number, lineEnd: string): string =>
  (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(lineEnd);

async function scan(name: string, content: string | Buffer, chunkBytes = 65_536) {
  const files = new Map([[name, Buffer.from(content as string)]]);
  const { findings, ...rest } = await scanImage(memorySource(files, 'files', chunkBytes), [secret()]);
  return { ...rest, forms: findings.map(({ form }) => form?.join(' › ') ?? '') };
}

const planted: [string, string, string, string][] = [
  ['by itself', 'a.txt', base64(small), 'base64 › gzip'],
  ['in YAML', 'a.txt', `data:\n  bundle: ${base64(small)}\nkind: Secret\n`, 'base64 › gzip'],
  ['a release of Helm in a Secret', 'a.yaml', `data:\n  release: ${base64(base64(small))}\n`, 'base64 › base64 › gzip'],
  ['in a data: URL', 'a.js', `x="data:application/gzip;base64,${base64(small)}"`, 'base64 › gzip'],
  ['behind a path', 'a.txt', `https://example.com/svg/${small.toString('base64url')}`, 'base64 › gzip'],
  ['of what compresses to nearly nothing', 'a.txt', base64(dense), 'base64 › gzip'],
  ['without padding', 'a.txt', base64(small).replace(/=+$/, ''), 'base64 › gzip'],
  ['wrapped at 76', 'a.txt', wrapped(base64(large), 76, '\n'), 'base64 › gzip'],
  ['wrapped at 60 with CRLF', 'a.txt', wrapped(base64(large), 60, '\r\n'), 'base64 › gzip'],
  ['indented', 'a.yaml', `a: |\n    ${wrapped(base64(large), 76, '\n    ')}\nb: c\n`, 'base64 › gzip'],
  ['wrapped in JSON', 'a.json', JSON.stringify({ a: wrapped(base64(large), 64, '\n') }), 'base64 › gzip'],
  ["PHP's JSON", 'a.json', `{"a":"${base64(large).replaceAll('/', '\\/')}"}`, 'base64 › gzip'],
  ['zlib', 'a.txt', `x ${base64(deflateSync(`password=${token} is what it is`))} y`, 'base64 › zlib'],
  ['zip', 'a.txt', base64(zipOf([{ path: 'key', content: `k=${token}` }])), 'base64 › zip key'],
  ['a PDF', 'a.eml', wrapped(base64(pdf), 76, '\r\n'), 'base64 › pdf stream 1'],
  ['gzip in hex', 'dump.sql', `INSERT INTO t VALUES ('\\x${small.toString('hex')}');`, 'hex › gzip'],
  [
    'escapes in base64',
    'a.txt',
    base64(`k="${[...token].map((c) => `\\x${c.charCodeAt(0).toString(16)}`).join('')}"`),
    'base64 › separated hex',
  ],
];

test.each(planted)('a value in base64 is found: %s', async (_, name, content, form) => {
  for (const chunkBytes of [content.length > 1000 ? 97 : 1, 1000, 65_536]) {
    const { forms, incomplete, coverage } = await scan(name, content, chunkBytes);
    expect([chunkBytes, forms, incomplete, coverage.damaged.count]).toEqual([chunkBytes, [form], [], 0]);
  }
});

test.each(['zstd', 'xz', 'bzip2'])('%s in base64 is opened', async (program) => {
  const bytes = compressed(program, [], Buffer.from(`${numbers}${token}`));
  expect((await scan('a.txt', base64(bytes))).forms).toEqual([`base64 › ${program}`]);
});

test('a file of a layer with an encoded archive is named, with what is around it', async () => {
  const layout = new Layout();
  const content = `#cloud-config\nwrite_files:\n- content: ${base64(small)}\n`;
  layout.root([
    layout.image([
      [
        { path: 'etc/user-data', content },
        { path: 'other', content: 'x'.repeat(100) },
      ],
    ]),
  ]);
  const { findings, coverage } = await scanImage(memorySource(layout.files), [secret()]);
  expect(findings.map(({ form, location }) => [form, location])).toEqual([
    [['base64', 'gzip'], expect.objectContaining({ place: 'layer', path: 'etc/user-data', offset: 6 })],
  ]);
  expect(coverage.opened).toMatchObject({ base64: 1 });
});

test('a value in an archive in an environment variable is found in the config', async () => {
  const layout = new Layout();
  layout.root([layout.image([[{ path: 'a', content: 'b' }]], { config: { Env: [`BUNDLE=${base64(small)}`] } })]);
  const { findings, incomplete } = await scanImage(memorySource(layout.files), [secret()]);
  expect(findings.map(({ form, location }) => [form, location.kind === 'image' && location.place])).toEqual([
    [['base64', 'gzip'], 'config'],
  ]);
  expect(incomplete).toEqual([]);
});

test('what the search sees in the text itself is not told again of what was decoded', async () => {
  expect((await scan('a.txt', base64(`some words before ${token} and more behind`))).forms).toEqual(['base64']);
  const both = await scan('a.txt', `TOKEN=${token}\n${base64(small)}\n`);
  expect(both.forms.sort()).toEqual(['', 'base64 › gzip']);
});

test('a value that is base64 itself is told once where it stands, and once where it stands in base64', async () => {
  const digest = createHash('sha256').update('not a secret').digest('hex');
  // as verdaccio's tokens are
  const value = base64(`${digest.slice(32)}:${digest}`);
  const scanned = async (content: string) => {
    const files = new Map([['a.js', Buffer.from(content)]]);
    const { findings } = await scanImage(memorySource(files, 'files'), [secret('TOKEN', value)]);
    return findings.map(({ form }) => form?.join(' › ') ?? '');
  };
  await expect(scanned(`const config = "${base64(value)}";\n`)).resolves.toEqual(['base64']);
  await expect(scanned(`const config = "${value}";\n`)).resolves.toEqual(['']);
});

test('a secret that nobody declared is recognised in a Secret of Kubernetes', async () => {
  const gitlab = `glrt-${'aB3dE6gH9jK2mN5pQ8sT'}`;
  const files = new Map([['secret.yaml', Buffer.from(`data:\n  token: ${base64(`token: ${gitlab}\n`)}\n`)]]);
  const { findings } = await scanImage(memorySource(files, 'files'), [], { detectors: 'warn' });
  expect(findings.map(({ rule, form }) => [rule, form])).toEqual([['detected:gitlab-token', ['base64']]]);
});

test.each([
  ['a digest', `sha512-${createHash('sha512').update('x').digest('base64')}`],
  ['a mangled name', `_ZNSt8_Rb_treeISsSt4pairIKSsSsESt10_Select1stIS2_ESt4lessISsESaIS2_EE8_M_eraseE`],
  ['what only begins like gzip', `H4sIAAAAAAAAA${'nothing/but/garbage'.repeat(10)}`],
  ['a path', `/usr/share/${'application/'.repeat(10)}`],
])('nothing is opened, and nothing is damaged: %s', async (_, content) => {
  const { coverage, incomplete } = await scan('a.yaml', content);
  expect([coverage.opened, coverage.damaged.count, incomplete]).toEqual([{}, 0, []]);
});

test('encoded texts that are nested too deep are told', async () => {
  let content = base64(small);
  for (let depth = 0; depth < 11; depth++) content = base64(content);
  const { incomplete } = await scan('a.txt', content);
  expect(incomplete.map(({ why }) => why)).toEqual([expect.stringContaining('nested deeper than the limit')]);
});

test('a text full of short encoded texts opens one stream for all of them', async () => {
  const line = base64('these are thirty characters of text and some more of them');
  const { coverage } = await scan('a.txt', `${line}\n\n`.repeat(2000));
  expect(coverage.opened).toEqual({ base64: 1 });
});

test('at the limit of depth a mere text in base64 is no gap, and an archive is one', async () => {
  const text = base64('these are thirty characters of text and some more of them');
  for (const [content, whys] of [
    [`${text}\n${Buffer.from('\ufeffa text', 'utf16le').toString('base64')}`, 0],
    [base64(small), 1],
  ] as const) {
    const source = memorySource(new Map([['a.txt', Buffer.from(content)]]), 'files');
    const { incomplete } = await scanImage(source, [secret()], { limits: { maxDepth: 0 } });
    expect(incomplete).toHaveLength(whys);
  }
});
