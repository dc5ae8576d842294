import { expect, test } from '@jest/globals';
import { buildTar, endMarker, padded, tarHeader, withChecksum } from '../../image/build-tar.ts';
import { arMember, arOf, cpioOf, rpmOf } from '../containers/archives.ts';
import { zipOf } from '../containers/zip-file.ts';
import { token } from '../secrets.ts';
import { saidSomething, scanFileOf } from './wrappers.ts';

const key = { path: 'key', content: `T=${token}` };
const clean = { path: 'clean', content: 'x' };

function tarWithSize(size: Buffer): Buffer {
  return Buffer.concat([tarHeader({ path: 'x', size }), padded(Buffer.from('content')), endMarker]);
}

test.each<[string, Buffer]>([
  ['all ones in base 256', Buffer.alloc(12, 0xff)],
  ['the largest number in base 256', Buffer.concat([Buffer.from([0x80]), Buffer.alloc(11, 0xff)])],
  ['a negative number', Buffer.from('-0000000001\0')],
  ['eight GiB', Buffer.from('77777777777\0')],
  ['a word', Buffer.from('not a size.\0')],
])('a tar member whose size is %s does not look clean', async (_, size) => {
  expect(saidSomething(await scanFileOf(Buffer.concat([buildTar([clean]), tarWithSize(size)])))).toBe(true);
});

test('a tar of links in a circle, of links out of it, and of absolute paths is read like any other', async () => {
  const links = [
    { path: 'a', type: '2', link: 'b' },
    { path: 'b', type: '2', link: 'a' },
    { path: 'c', type: '1', link: 'c' },
    { path: 'up', type: '2', link: '../../..' },
    { path: '/../../etc/x', content: 'x' },
  ];
  const { findings, incomplete } = await scanFileOf(buildTar([...links, key]));
  expect(findings.map(({ form }) => form)).toEqual([['tar key']]);
  expect(incomplete).toEqual([]);
});

test('a tar header with a wrong checksum is damage, and the members behind it are found', async () => {
  const broken = tarHeader({ path: 'x', size: 0 });
  broken[0] = 0x79;
  const { findings, coverage } = await scanFileOf(
    Buffer.concat([buildTar([clean]).subarray(0, -1024), broken, buildTar([key])]),
  );
  expect(findings).toHaveLength(1);
  expect(coverage.damaged.count).toBe(1);
  expect(withChecksum(broken)[0]).toBe(0x79);
});

/** With another field of its first header. */
function cpioWith(field: string, at: number): Buffer {
  const archive = cpioOf([clean, key]);
  archive.write(field, at);
  return archive;
}

test.each<[string, Buffer]>([
  ['ar', Buffer.concat([arOf([clean]), arMember('x', Buffer.alloc(0)).fill('9', 48, 58)])],
  ['ar with a long name', Buffer.concat([arOf([clean]), arMember('#1/99999999', Buffer.from('x'))])],
  [
    'ar with a name outside its table',
    Buffer.concat([arOf([clean]), arMember('/999999999', Buffer.from('x')), Buffer.from('x')]),
  ],
  ['cpio', cpioWith('FFFFFFFF', 54)],
  ['cpio with a long name', cpioWith('FFFFFFFF', 94)],
  ['cpio with a name of nothing', cpioWith('00000000', 94)],
  ['rpm', rpmOf(cpioOf([clean])).fill(0xff, 96 + 8, 96 + 16)],
  [
    'git pack',
    Buffer.concat([Buffer.from('PACK\0\0\0\x02\xff\xff\xff\xff\xbf\xff\xff\xff\xff\xff\xff\xff\x7f', 'latin1')]),
  ],
])('absurd sizes in %s are damage, at once', async (_, content) => {
  expect(saidSomething(await scanFileOf(content))).toBe(true);
});

test('a zip with absurd sizes is damaged, and the members behind are found', async () => {
  const huge = zipOf([{ ...clean, method: 0 }]);
  huge.writeUInt32LE(0xfffffffe, 18);
  expect(saidSomething(await scanFileOf(huge))).toBe(true);
  const wide = zipOf([{ ...clean, method: 0, zip64: true }]);
  wide.writeBigUInt64LE(0xffffffffffffffffn, 30 + 5 + 4 + 8);
  expect(saidSomething(await scanFileOf(wide))).toBe(true);
  const short = zipOf([{ ...clean, content: 'x'.repeat(300), method: 0 }, key]);
  short.writeUInt32LE(7, 18);
  const { findings, coverage } = await scanFileOf(short);
  expect(findings).toHaveLength(1);
  expect(coverage.damaged.count).toBe(1);
});

test('a hundred thousand tiny members are read', async () => {
  const count = 100_000;
  const header = tarHeader({ path: 'tiny', size: 1 });
  const member = Buffer.concat([header, padded(Buffer.from('x'))]);
  const parts = Array.from({ length: count }, () => member);
  const { findings, coverage } = await scanFileOf(Buffer.concat([...parts, buildTar([key])]));
  expect(findings).toHaveLength(1);
  expect(coverage.files).toBeGreaterThan(count);
}, 120_000);

test.each<[string, (count: number) => Buffer]>([
  [
    'zip',
    (count) => zipOf(Array.from({ length: count }, () => ({ ...clean, method: 0 })).concat([{ ...key, method: 8 }])),
  ],
  [
    'ar',
    (count) =>
      Buffer.concat([
        arOf([]),
        ...Array.from({ length: count }, () => arMember('x/', Buffer.from('xy'))),
        arOf([key]).subarray(8),
      ]),
  ],
  ['cpio', (count) => cpioOf([...Array.from({ length: count }, () => clean), key])],
])(
  'twenty thousand tiny members of %s are read',
  async (_, make) => {
    const { findings, coverage, incomplete } = await scanFileOf(make(20_000));
    expect(findings).toHaveLength(1);
    expect(incomplete).toEqual([]);
    expect(coverage.files).toBeGreaterThan(20_000);
  },
  120_000,
);
