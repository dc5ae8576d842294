import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { type TarEvent, type TarMember, TarParser } from '../../../../src/image/tar/parser.ts';
import { buildTar, endMarker, padded, paxMember, tarHeader, tarMember, withChecksum } from '../build-tar.ts';
import { pieces } from '../chunks.ts';

interface Read {
  members: (Pick<TarMember, 'path' | 'type' | 'link'> & { content: string })[];
  damage: string[];
  all: Buffer;
  ended: boolean;
}

function read(tar: Uint8Array, sizes: readonly number[] = [65536]): Read {
  const parser = new TarParser();
  const result: Read = { members: [], damage: [], all: Buffer.alloc(0), ended: false };
  const seen: Buffer[] = [];
  const content: Buffer[] = [];
  let open: TarMember | undefined;
  const take = (event: TarEvent): void => {
    if (event.kind === 'member') open = event.member;
    else if (event.kind === 'damage') result.damage.push(event.why);
    else if (event.kind === 'end') {
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
  const header = tarHeader({ path: 'sparse', size: 4, type: 'S' });
  header[482] = 1;
  const map = Buffer.alloc(512);
  map[504] = 1;
  const tar = Buffer.concat([
    withChecksum(header),
    map,
    Buffer.alloc(512, 7).fill(0, 504),
    padded(Buffer.from('data')),
    endMarker,
  ]);
  expect(read(tar, [512])).toMatchObject({ members: [{ path: 'sparse', content: 'data' }], damage: [] });
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
