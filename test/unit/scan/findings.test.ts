import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { Finding, ImageLocation } from '../../../src/finding.ts';
import { tarSource } from '../../../src/image/index.ts';
import { scanImage } from '../../../src/scan/index.ts';
import { Layout, memorySource } from '../image/build-image.ts';
import { buildTar, endMarker, padded, paxMember, type TarFile, tarHeader } from '../image/build-tar.ts';
import { pieces } from '../image/chunks.ts';
import { secret, token } from './secrets.ts';

const node = { mode: 0o640, uid: 1000, gid: 1001, user: 'node', group: 'staff' };

async function leaksOf(files: readonly TarFile[], secrets = [secret()]): Promise<Finding[]> {
  const layout = new Layout();
  return (await scanImage(memorySource(layout.root([layout.image([files])]).files), secrets)).findings;
}

function place({ location }: Finding): ImageLocation {
  if (location.kind !== 'image') throw new Error('not in an image');
  return location;
}

test('a finding tells mode and owner of the file', async () => {
  const [named, open] = await leaksOf([
    { path: 'a', content: token, owner: node },
    { path: 'b', content: token, owner: { mode: 0o4755 } },
  ]);
  expect(place(named!).file).toEqual(node);
  expect(place(open!).file).toEqual({ mode: 0o4755, uid: 0, gid: 0 });
});

test('an owner in a pax header goes before the one in the old fields, and holds for that file only', async () => {
  const header = tarHeader({ path: 'a', size: token.length, owner: node });
  const pax = paxMember({ uid: '70000000000', gid: 'x', uname: 'somebody', gname: 'some group' });
  const plain = tarHeader({ path: 'b', size: token.length, owner: node });
  const body = padded(Buffer.from(token));
  const tar = Buffer.concat([pax, header, body, plain, body, endMarker]);
  const { findings } = await scanImage(memorySource(new Map([['x.tar', tar]]), 'files'), [secret()]);
  expect(findings.map((finding) => place(finding).inside)).toEqual([
    [{ container: 'tar', path: 'a', file: { ...node, uid: 70000000000, user: 'somebody', group: 'some group' } }],
    [{ container: 'tar', path: 'b', file: node }],
  ]);
});

test('the way through archives is told, each member with its mode and owner', async () => {
  const inner = buildTar([{ path: 'conf/app.json', content: `{"a":"${token}"}`, owner: node }]);
  const [leak] = await leaksOf([{ path: 'srv/app.tar.gz', content: gzipSync(inner), owner: { mode: 0o600 } }]);
  expect(place(leak!)).toMatchObject({
    path: 'srv/app.tar.gz',
    file: { mode: 0o600 },
    inside: [{ container: 'tar', path: 'conf/app.json', file: node }],
  });
  expect(leak!.form).toEqual(['gzip', 'tar conf/app.json']);
  expect(leak!.message).toContain('/srv/app.tar.gz, inside conf/app.json');
});

test('a file of an exported tar is told with its mode and owner', async () => {
  const tar = buildTar([{ path: 'app/.env', content: token, owner: node }]);
  const { findings } = await scanImage(tarSource('out.tar', streamOf(tar), 'files'), [secret()]);
  expect(findings.map(place)).toEqual([
    expect.objectContaining({ place: 'archive', path: 'app/.env', file: node, artifact: 'files' }),
  ]);
});

test('the name of an owner that holds the value is masked', async () => {
  const found = await leaksOf([{ path: 'a', content: token, owner: { ...node, user: token, group: token } }]);
  expect(found.length).toBeGreaterThan(0);
  expect(JSON.stringify(found)).not.toContain(token);
  expect(found.map((finding) => place(finding).file)).toContainEqual({ ...node, user: '***', group: '***' });
});

test('many hits in one file of an archive stay one finding, whoever owns it', async () => {
  const tar = buildTar([{ path: 'a', content: `${token} `.repeat(50), owner: node }]);
  expect(await leaksOf([{ path: 'x.tar', content: tar, owner: node }])).toHaveLength(1);
});

function streamOf(bytes: Buffer) {
  return Readable.from(pieces(bytes, [512]));
}

test('a value that is base64 itself, or stands in JSON in a label, is told once at its place', async () => {
  const value = 'not-a-secret-7f3a91c2d4e8fake';
  for (const length of [24, 28]) {
    const layout = new Layout();
    const own = value.slice(0, length);
    const config = { Labels: { plain: own, json: JSON.stringify({ key: own }) } };
    const source = memorySource(layout.root([layout.image([], { config })]).files);
    const { findings } = await scanImage(source, [secret('TOKEN', own)]);
    expect(findings.map((finding) => [place(finding).path, finding.form])).toEqual([
      ['/config/Labels/plain', undefined],
      ['/config/Labels/json', ['json']],
    ]);
  }
});

test('a value that only an encoded string holds is told with its encodings', async () => {
  const layout = new Layout();
  const config = { Labels: { twice: Buffer.from(JSON.stringify({ key: token })).toString('base64') } };
  const { findings } = await scanImage(memorySource(layout.root([layout.image([], { config })]).files), [secret()]);
  expect(findings.map(({ form }) => form)).toEqual([['base64', 'json']]);
});
