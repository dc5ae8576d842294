import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { type TarEvent, type TarMember, TarParser } from '../../../../src/image/tar/parser.ts';
import { buildTar, endMarker, padded, paxMember, tarHeader, tarMember, withChecksum } from '../build-tar.ts';
import { pieces } from '../chunks.ts';

interface Read {
  members: (Pick<TarMember, 'path' | 'type' | 'link'> & { content: string })[];
  damage: string[];
  lost: boolean;
  all: Buffer;
  ended: boolean;
}

function read(tar: Uint8Array, sizes: readonly number[] = [65536]): Read {
  const parser = new TarParser();
  const result: Read = { members: [], damage: [], lost: false, all: Buffer.alloc(0), ended: false };
  const seen: Buffer[] = [];
  const content: Buffer[] = [];
  let open: TarMember | undefined;
  const take = (event: TarEvent): void => {
    if (event.kind === 'member') open = event.member;
    else if (event.kind === 'damage') {
      result.damage.push(event.why);
      result.lost ||= event.lost;
    } else if (event.kind === 'end') {
      const { path, type, link } = open!;
      result.members.push({ path, type, link, content: Buffer.concat(content.splice(0)).toString() });
    } else {
      seen.push(Buffer.from(event.bytes));
      if (event.kind === 'data') content.push(Buffer.from(event.bytes));
    }
  };
  for (const piece of pieces(tar, sizes)) for (const event of parser.feed(piece)) take(event);
  for (const event of parser.end()) take(event);
  return { ...result, all: Buffer.concat(seen), ended: parser.ended };
}

const file = (path: string, content: string) => ({ path, type: '0', link: '', content });

test('members, links and folders are told, and every byte comes back once, whatever the chunks', () => {
  const names = fc.stringMatching(/^[a-z/]{1,300}$/);
  const files = fc.array(fc.record({ path: names, content: fc.string({ maxLength: 2000 }) }), { maxLength: 5 });
  const sizes = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(files, sizes, (list, cuts) => {
      const tar = buildTar(list);
      const result = read(tar, cuts);
      expect(result.members).toEqual(list.map(({ path, content }) => file(path, content)));
      expect(result.all.equals(tar)).toBe(true);
      expect(result).toMatchObject({ damage: [], ended: true });
    }),
    { numRuns: 100 },
  );
});

test('what another tar writer writes is read', async () => {
  const writer = pack();
  const long = `${'very-long-name/'.repeat(20)}file`;
  writer.entry({ name: 'ünï.txt' }, 'umlauts');
  writer.entry({ name: long }, 'long');
  writer.entry({ name: 'link', type: 'symlink', linkname: `${long}-target` });
  writer.entry({ name: `${'prefix-'.repeat(13)}/${'x'.repeat(90)}` }, 'prefix');
  writer.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of writer) chunks.push(chunk as Buffer);
  expect(read(Buffer.concat(chunks), [700]).members).toEqual([
    file('ünï.txt', 'umlauts'),
    file(long, 'long'),
    { path: 'link', type: '2', link: `${long}-target`, content: '' },
    file(`${'prefix-'.repeat(13)}/${'x'.repeat(90)}`, 'prefix'),
  ]);
});

test('GNU long names and links hold for the next member only', () => {
  const name = 'n'.repeat(300);
  const long = (text: string, type: string) =>
    Buffer.concat([
      tarHeader({ path: '././@LongLink', size: text.length + 1, type }),
      padded(Buffer.from(`${text}\0`)),
    ]);
  const tar = Buffer.concat([
    long(name, 'L'),
    long('l'.repeat(200), 'K'),
    tarMember({ path: 'short', type: '2', link: 'cut' }),
    buildTar([{ path: 'next', content: 'x' }]),
  ]);
  expect(read(tar, [100]).members).toEqual([
    { path: name, type: '2', link: 'l'.repeat(200), content: '' },
    file('next', 'x'),
  ]);
});

test('a size in base 256 and one in a pax header are taken', () => {
  const size = Buffer.alloc(12);
  size[0] = 0x80;
  size.writeUInt32BE(700, 8);
  const body = 'b'.repeat(700);
  const tar = Buffer.concat([
    tarHeader({ path: 'gnu', size }),
    padded(Buffer.from(body)),
    paxMember({ size: '700', path: 'renamed' }),
    tarHeader({ path: 'pax', size: 0 }),
    padded(Buffer.from(body)),
    endMarker,
  ]);
  expect(read(tar, [333]).members).toEqual([file('gnu', body), file('renamed', body)]);
});

test('a global pax header holds for all that follow', () => {
  const tar = Buffer.concat([paxMember({ linkpath: 'everywhere' }, 'g'), buildTar([{ path: 'a' }, { path: 'b' }])]);
  expect(read(tar).members.map((member) => member.link)).toEqual(['everywhere', 'everywhere']);
});

test('the maps of an old GNU sparse file are no content', () => {
  const header = tarHeader({ path: 'sparse', size: 5, type: 'S' });
  for (const at of [0, 1, 2, 3]) header.write(oldPiece(at * 600, 1), 386 + 24 * at);
  header[482] = 1;
  header.write('00000010000\0', 483);
  const [full, last] = [Buffer.alloc(512), Buffer.alloc(512)];
  for (let at = 0; at < 21; at++) full.write(oldPiece(2000 + at, 0), 24 * at);
  full[504] = 1;
  last.write(oldPiece(4095, 1), 0);
  const tar = Buffer.concat([withChecksum(header), full, last, padded(Buffer.from('data.')), endMarker]);
  expect(read(tar, [512])).toMatchObject({ members: [{ path: 'sparse', content: 'data.' }], damage: [] });
});

const oldPiece = (offset: number, length: number): string =>
  `${offset.toString(8).padStart(11, '0')}\0${length.toString(8).padStart(11, '0')}\0`;

const disputed = 'readers do not agree on what a size in the tar means';
const nonsense = 'the map of a sparse file in the tar makes no sense';
const body = { path: 'a', content: 'x'.repeat(700) };
const rest = buildTar([{ path: 'hidden', content: 'y'.repeat(700) }]);

test.each<[string, Buffer, string[]]>([
  ['a global header sets it', Buffer.concat([paxMember({ size: '4096' }, 'g'), tarMember(body)]), ['a', 'hidden']],
  [
    'a global header stands between it and its member',
    Buffer.concat([paxMember({ size: '4096' }), paxMember({ comment: 'x' }, 'g'), tarMember(body)]),
    ['a', 'hidden'],
  ],
  [
    'another header sets it again',
    Buffer.concat([paxMember({ size: '4096' }), paxMember({ path: 'a' }), tarMember(body)]),
    ['a', 'hidden'],
  ],
  ['a header of Solaris sets it', Buffer.concat([paxMember({ size: '700' }, 'X'), tarMember(body)]), ['a', 'hidden']],
  [
    'it is of a link behind which another file stands',
    Buffer.concat([tarHeader({ path: 'l', size: 700, type: '1' }), tarMember(body)]),
    ['l', 'a', 'hidden'],
  ],
  [
    'it is of a folder from before POSIX',
    Buffer.concat([tarHeader({ path: 'd/', size: 700, type: '\0' }), tarMember(body)]),
    ['d/', 'a', 'hidden'],
  ],
])('a size that readers take differently is told as lost, and Go is followed: %s', (_, start, paths) => {
  const { members, damage, lost } = read(Buffer.concat([start, rest]), [333]);
  expect(members.map(({ path }) => path)).toEqual(paths);
  expect({ damage, lost }).toEqual({ damage: [disputed], lost: true });
});

test('a pax header that cannot be read is lost where it may set a size', () => {
  for (const [text, lost] of [
    ['13 size=4096\n99 path=short\n', true],
    ['99 path=short\n', false],
  ] as const) {
    const pax = Buffer.from(text);
    const tar = Buffer.concat([tarHeader({ path: 'p', size: pax.length, type: 'x' }), padded(pax), rest]);
    expect(read(tar)).toMatchObject({ damage: ['a pax header of the tar cannot be read'], lost });
  }
});

test('a link with a body, as some writers have it, is lost, and a header with a number that only some can read', () => {
  const link = Buffer.concat([tarHeader({ path: 'l', size: 700, type: '1' }), padded(Buffer.from('z'.repeat(700)))]);
  expect(read(Buffer.concat([link, rest]))).toMatchObject({ lost: true, members: [{ path: 'l' }, { path: 'hidden' }] });
  const odd = tarMember({ path: 'odd', content: 'x' });
  odd.write('-AAAAAAAAAB', 124);
  expect(read(Buffer.concat([withChecksum(odd.subarray(0, 512)), odd.subarray(512), rest]))).toMatchObject({
    lost: true,
    damage: ['a block of the tar is no header'],
  });
});

test('a link with a size and no body is nothing to tell, when all readers meet again', () => {
  const whole = tarMember(body);
  const link = tarHeader({ path: 'l', size: whole.length, type: '1' });
  expect(read(Buffer.concat([link, whole, rest]))).toMatchObject({ damage: [], lost: false });
});

test('a name that is cut into prefix and name is told in one piece', () => {
  const header = tarHeader({ path: 'token/name', size: 0 });
  header.write('some/secret', 345);
  const [member] = new TarParser().feed(withChecksum(header)).filter((event) => event.kind === 'member');
  expect(member!.member.path).toBe('some/secret/token/name');
  expect(Buffer.from(member!.member.joined!).toString()).toBe('some/secret/token/name');
});

/** Of each member what is told of its holes. */
function mapsOf(tar: Buffer): (readonly number[] | undefined)[] {
  const parser = new TarParser();
  const maps: (readonly number[] | undefined)[] = [];
  for (const piece of pieces(tar, [100]))
    for (const event of parser.feed(piece)) if (event.kind === 'member') maps.push(event.member.sparse?.pieces);
  return maps;
}

const stored = padded(Buffer.from('0123456789'));
const sparseFile = (records: Record<string, string>, content = stored, size = 10): Buffer =>
  Buffer.concat([paxMember(records), tarHeader({ path: 's', size }), content, rest]);
const bodyMap = Buffer.from('2\n5\n4\n100\n6\n');
const version1 = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '200' };

test('the map of a sparse file is read, in each version of the format', () => {
  const old = tarHeader({ path: 's', size: 10, type: 'S' });
  old.write(`${oldPiece(5, 4)}${oldPiece(100, 6)}`, 386);
  old.write('00000000310\0', 483);
  for (const tar of [
    Buffer.concat([withChecksum(old), stored, rest]),
    sparseFile({ 'GNU.sparse.size': '200', 'GNU.sparse.map': '5,4,100,6' }),
    sparseFile(version1, Buffer.concat([padded(bodyMap), stored]), 522),
  ]) {
    expect(mapsOf(tar)).toEqual([[5, 4, 100, 6], undefined]);
    expect(read(tar, [100])).toMatchObject({ damage: [], members: [{ content: '0123456789' }, { path: 'hidden' }] });
  }
  expect(mapsOf(sparseFile({ 'GNU.sparse.size': '10', 'GNU.sparse.map': '0,4,4,6' }))).toEqual([undefined, undefined]);
});

test.each<[string, Buffer]>([
  ['pieces that go back', sparseFile({ 'GNU.sparse.size': '200', 'GNU.sparse.map': '100,4,5,6' })],
  ['pieces behind the end', sparseFile({ 'GNU.sparse.size': '105', 'GNU.sparse.map': '5,4,100,6' })],
  ['more than is stored', sparseFile({ 'GNU.sparse.size': '200', 'GNU.sparse.map': '5,4,100,7' })],
  ['less than is stored', sparseFile({ 'GNU.sparse.size': '200', 'GNU.sparse.map': '5,4,100,5' })],
  ['half a piece', sparseFile({ 'GNU.sparse.size': '200', 'GNU.sparse.map': '5,4,100' })],
  ['no size', sparseFile({ 'GNU.sparse.map': '5,4,100,6' })],
  [
    'a version of which nothing is known',
    sparseFile({ ...version1, 'GNU.sparse.minor': '1' }, Buffer.concat([padded(bodyMap), stored]), 522),
  ],
  ['no text where a map has to be', sparseFile(version1)],
  ['a map that is longer than its body', sparseFile(version1, padded(Buffer.from('2\n5\n4\n')), 8)],
])('a sparse map of %s is lost, and reading goes on behind the member', (_, tar) => {
  const { damage, lost, members, all } = read(tar, [512]);
  expect({ damage, lost, last: members.at(-1)!.path }).toEqual({
    damage: [expect.any(String)],
    lost: true,
    last: 'hidden',
  });
  expect([nonsense]).toEqual(damage);
  expect(all.equals(tar)).toBe(true);
});

test('a folder or link with a size has no body', () => {
  const tar = Buffer.concat([
    tarHeader({ path: 'd/', size: 512, type: '5' }),
    paxMember({ size: '512' }),
    tarHeader({ path: 'l', size: 0, type: '2' }),
    buildTar([{ path: 'f', content: 'x' }]),
  ]);
  expect(read(tar).members.map((member) => member.path)).toEqual(['d/', 'l', 'f']);
});

test('a second archive behind the end marker is read', () => {
  const tar = Buffer.concat([
    buildTar([{ path: 'a', content: '1' }]),
    Buffer.alloc(8192),
    buildTar([{ path: 'b', content: '2' }]),
  ]);
  expect(read(tar)).toMatchObject({ members: [file('a', '1'), file('b', '2')], damage: [], ended: true });
});

test('behind a broken header reading goes on, and the damage is told once', () => {
  const broken = tarMember({ path: 'hidden', content: 'x'.repeat(2000) });
  broken[0] = 0x21;
  const tar = Buffer.concat([tarMember({ path: 'a' }), broken, buildTar([{ path: 'b', content: '2' }])]);
  const result = read(tar, [1000]);
  expect(result.members).toEqual([file('a', ''), file('b', '2')]);
  expect(result.damage).toEqual(['a block of the tar is no header']);
});

test('a cut is damage, except where a tar may end', () => {
  const tar = buildTar([{ path: 'a', content: 'x'.repeat(600) }]);
  expect(read(tar.subarray(0, 300)).damage).toEqual(['the tar ends inside a header']);
  expect(read(tar.subarray(0, 900)).damage).toEqual(['the tar ends inside a member']);
  expect(read(tar.subarray(0, 1200)).damage).toEqual(['the tar ends inside a member']);
  expect(read(tar.subarray(0, 1536))).toMatchObject({ damage: [], ended: false });
  expect(read(paxMember({ path: 'x' })).damage).toEqual(['the tar ends between a header and its member']);
});

test('a pax header that makes no sense is damage', () => {
  const body = Buffer.from('99 path=short\n');
  const tar = Buffer.concat([
    tarHeader({ path: 'pax', size: body.length, type: 'x' }),
    padded(body),
    buildTar([{ path: 'a' }]),
  ]);
  expect(read(tar)).toMatchObject({ damage: ['a pax header of the tar cannot be read'], members: [{ path: 'a' }] });
});
