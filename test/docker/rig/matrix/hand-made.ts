import { gzipSync } from 'node:zlib';
import { type Descriptor, Layout, sha256 } from '../../../unit/image/build-image.ts';
import {
  buildTar,
  endMarker,
  padded,
  paxMember,
  tarHeader,
  tarMember,
  withChecksum,
} from '../../../unit/image/build-tar.ts';
import { Bed, type Case, type Expected } from './case.ts';
import { fake } from './values.ts';

const layerType = 'application/vnd.oci.image.layer.v1.tar';
const line = (value: string): string => `TOKEN=${value}\n`;
const file = (path: string, content: string | Buffer = 'nothing\n'): Buffer => tarMember({ path, content });
const pax = (fields: Record<string, string>, path: string): Buffer => Buffer.concat([paxMember(fields), file(path)]);

/** One layer: how its tar is made, how it is stored, and where the value is found. */
interface HandMade {
  title: string;
  tar: (value: string) => Buffer;
  expected: Expected;
  mediaType?: string;
  store?: (tar: Buffer, value: string) => Buffer;
}

const inLayer = (path?: string | RegExp, form?: string): Expected => ({
  place: 'layer',
  ...(path === undefined ? {} : { path }),
  ...(form === undefined ? {} : { form }),
});

const layers: readonly HandMade[] = [
  {
    title: 'target of a hard link',
    tar: (value) => Buffer.concat([tarHeader({ path: 'hard', size: 0, type: '1', link: `usr/${value}` }), endMarker]),
    expected: inLayer('hard'),
  },
  {
    title: 'content behind a hard link, whose name is deleted later',
    tar: (value) =>
      Buffer.concat([
        file('original', line(value)),
        tarHeader({ path: 'linked', size: 0, type: '1', link: 'original' }),
        endMarker,
      ]),
    expected: inLayer('original', ''),
  },
  {
    title: 'extended attribute',
    tar: (value) => Buffer.concat([pax({ 'SCHILY.xattr.user.token': value }, 'attribute'), endMarker]),
    expected: inLayer('attribute'),
  },
  {
    title: 'comment in a pax header',
    tar: (value) => Buffer.concat([pax({ comment: value }, 'commented'), endMarker]),
    expected: inLayer('commented'),
  },
  {
    title: 'global pax header',
    tar: (value) => Buffer.concat([paxMember({ comment: value }, 'g'), file('after'), endMarker]),
    expected: inLayer(),
  },
  {
    title: 'long name in a pax header',
    tar: (value) => Buffer.concat([pax({ path: `${'folder/'.repeat(20)}${value}` }, 'short'), endMarker]),
    expected: inLayer(/^folder\//),
  },
  {
    title: 'long name as GNU tar writes it',
    tar: (value) => {
      const name = Buffer.from(`${'folder/'.repeat(20)}${value}\0`);
      const long = Buffer.concat([tarHeader({ path: '././@LongLink', size: name.length, type: 'L' }), padded(name)]);
      return Buffer.concat([long, file('short'), endMarker]);
    },
    expected: inLayer(/^folder\//),
  },
  {
    title: "owner's name",
    tar: (value) =>
      Buffer.concat([tarHeader({ path: 'owned', size: 0, owner: { user: value.slice(-31) } }), endMarker]),
    expected: inLayer('owned', 'partial'),
  },
  {
    title: "group's name in a pax header",
    tar: (value) => Buffer.concat([pax({ gname: value }, 'grouped'), endMarker]),
    expected: inLayer('grouped'),
  },
  {
    title: 'whiteout of a file of that name',
    tar: (value) => Buffer.concat([tarHeader({ path: `.wh.${value}`, size: 0 }), endMarker]),
    expected: inLayer(),
  },
  {
    title: 'sparse file (pax 1.0)',
    tar: (value) => {
      const map = Buffer.from('1\n1048576\n46\n');
      const content = Buffer.concat([
        map,
        Buffer.alloc(512 - map.length),
        Buffer.from(line(value).slice(0, 6) + value),
      ]);
      const fields = {
        'GNU.sparse.major': '1',
        'GNU.sparse.minor': '0',
        'GNU.sparse.name': 'sparse.img',
        'GNU.sparse.realsize': String(1048576 + 46),
      };
      return Buffer.concat([paxMember(fields), file('GNUSparseFile.0/sparse.img', content), endMarker]);
    },
    expected: inLayer(/sparse\.img$/),
  },
  {
    title: 'sparse file (old GNU)',
    tar: (value) => {
      const content = Buffer.from(line(value));
      const header = tarHeader({ path: 'old-sparse.img', size: content.length, type: 'S' });
      header.write('ustar  \0', 257, 'latin1');
      const octal = (number: number): string => `${number.toString(8).padStart(11, '0')}\0`;
      header.write(octal(1048576) + octal(content.length), 386, 'latin1');
      header.write(octal(1048576 + content.length), 483, 'latin1');
      return Buffer.concat([withChecksum(header), padded(content), endMarker]);
    },
    expected: inLayer('old-sparse.img'),
  },
  {
    title: 'padding behind a file',
    tar: (value) => {
      const tar = Buffer.concat([file('padded', 'short'), endMarker]);
      tar.write(value, 700);
      return tar;
    },
    expected: inLayer(),
  },
  {
    title: "bytes behind the tar's end",
    tar: (value) => Buffer.concat([file('before'), endMarker, padded(Buffer.from(line(value)))]),
    expected: inLayer(),
  },
  {
    title: "a file behind the tar's end",
    tar: (value) => Buffer.concat([file('before'), endMarker, file('behind-the-end', line(value)), endMarker]),
    expected: inLayer(),
  },
  {
    title: 'a second member of the gzip',
    tar: (value) => Buffer.concat([file('before'), file('second-member', line(value)), endMarker]),
    store: (tar) => Buffer.concat([gzipSync(tar.subarray(0, 1024)), gzipSync(tar.subarray(1024))]),
    expected: inLayer('second-member', ''),
  },
  {
    title: "name in the gzip's header",
    tar: () => buildTar([{ path: 'unnamed' }]),
    store: (tar, value) => {
      const plain = gzipSync(tar);
      const head = Buffer.from(plain.subarray(0, 10));
      head[3] = 8;
      return Buffer.concat([head, Buffer.from(`${value}\0`), plain.subarray(10)]);
    },
    expected: inLayer(),
  },
  {
    title: 'uncompressed layer',
    tar: (value) => buildTar([{ path: 'uncompressed', content: line(value) }]),
    store: (tar) => tar,
    mediaType: layerType,
    expected: inLayer('uncompressed', ''),
  },
  {
    title: 'layer of an unusual media type',
    tar: (value) => buildTar([{ path: 'unusual', content: line(value) }]),
    mediaType: 'application/vnd.example.layer',
    expected: inLayer('unusual', ''),
  },
  {
    title: 'layer that says gzip and is plain',
    tar: (value) => buildTar([{ path: 'mislabelled', content: line(value) }]),
    store: (tar) => tar,
    expected: inLayer('mislabelled', ''),
  },
];

/** An OCI layout with what no builder writes, made by this file: no engine has seen it. */
export function handMade(): { cases: readonly Case[]; files: ReadonlyMap<string, Buffer> } {
  const bed = new Bed('hand-made', 'hand-made');
  const layout = new Layout();
  const parts = layers.map(({ title, tar, expected, mediaType = `${layerType}+gzip`, store = gzipSync }) => {
    const value = bed.add(title, 'layer made by hand', [expected], fake());
    const bytes = tar(value);
    const stored = store(bytes, value);
    const part = title === "owner's name" ? value.slice(-31) : value;
    if (!bytes.includes(part) && !stored.includes(part)) throw new Error(`hand-made: ${title} plants nothing`);
    return { diffId: sha256(bytes), blob: layout.blob(stored, mediaType) };
  });
  const first = image(layout, bed, parts);
  const data = Buffer.from(
    line(bed.add('data in a descriptor', 'manifest of an artifact', [{ place: 'attestation' }])),
  );
  const artifact = layout.blob(
    {
      schemaVersion: 2,
      artifactType: 'application/vnd.example.notes',
      config: layout.blob(Buffer.from('{}'), 'application/vnd.oci.empty.v1+json'),
      layers: [layout.blob(data, 'text/plain', { data: data.toString('base64') })],
      subject: first,
    },
    'application/vnd.oci.image.manifest.v1+json',
    { platform: { os: 'unknown', architecture: 'unknown' } },
  );
  layout.blob(Buffer.from(line(bed.add('blob that nothing refers to', 'blob', [{ place: 'blob' }]))), 'text/plain');
  layout.root([layout.index([layout.index([first]), artifact])]);
  return { cases: bed.cases, files: layout.files };
}

function image(layout: Layout, bed: Bed, parts: readonly { diffId: string; blob: Descriptor }[]): Descriptor {
  const extra = bed.add('field that no specification knows', 'config', [{ place: 'config', path: '/extra/0/token' }]);
  const config = layout.blob(
    {
      os: 'linux',
      architecture: 'amd64',
      extra: [{ token: extra }],
      config: {},
      rootfs: { type: 'layers', diff_ids: parts.map(({ diffId }) => diffId) },
      history: parts.map((_, index) => ({ created_by: `COPY layer ${index + 1}` })),
    },
    'application/vnd.oci.image.config.v1+json',
  );
  const manifest = { schemaVersion: 2, config, layers: parts.map(({ blob }) => blob) };
  return layout.blob(manifest, 'application/vnd.oci.image.manifest.v1+json', {
    platform: { os: 'linux', architecture: 'amd64' },
  });
}
