import { expect, test } from '@jest/globals';
import { scanImage } from '../../../src/scan/index.ts';
import { memorySource } from '../image/build-image.ts';
import { buildTar } from '../image/build-tar.ts';
import { secret, token } from './secrets.ts';

const base = '1'.repeat(64);
const tip = '2'.repeat(64);

/** The files of a `docker save` before Docker 1.10: two layers, the first of which leaks what the second deletes. */
function save(names: object | undefined = { 'registry.example.com/app': { latest: tip } }): Map<string, Buffer> {
  const layer = (id: string, fields: object, tar: Buffer): [string, Buffer][] => [
    [`${id}/VERSION`, Buffer.from('1.0')],
    [`${id}/json`, Buffer.from(JSON.stringify({ id, os: 'linux', architecture: 'amd64', ...fields }))],
    [`${id}/layer.tar`, tar],
  ];
  const run = (command: string): object => ({ container_config: { Cmd: ['/bin/sh', '-c', command] } });
  return new Map([
    ...layer(tip, { parent: base, ...run('rm /etc/key') }, buildTar([{ path: 'etc/.wh.key' }])),
    ...layer(base, run('make key'), buildTar([{ path: 'etc/key', content: token }])),
    ...(names === undefined ? [] : [['repositories', Buffer.from(JSON.stringify(names))] as [string, Buffer]]),
  ]);
}

const whys = async (files: Map<string, Buffer>): Promise<string[]> =>
  (await scanImage(memorySource(files), [secret()])).incomplete.map(({ why }) => why);

test.each([
  ['by name', save()],
  ['by id', save(undefined)],
])('a save of the first format %s is one image of all its layers', async (_, files) => {
  const { findings, incomplete, coverage, identity } = await scanImage(memorySource(files), [secret()]);
  expect(incomplete).toEqual([]);
  expect(coverage).toMatchObject({ layers: 2, configs: 2, platforms: ['linux/amd64'] });
  expect(identity.manifests).toHaveLength(1);
  expect(findings.map(({ location }) => location)).toEqual([
    expect.objectContaining({
      place: 'layer',
      layer: 1,
      layers: 2,
      path: 'etc/key',
      visible: false,
      createdBy: '/bin/sh -c make key',
    }),
  ]);
});

test('a name that stands for a layer in between is an image of its own', async () => {
  const { identity } = await scanImage(memorySource(save({ app: { old: base, new: tip } })), [secret()]);
  expect(identity.manifests.map(({ layers }) => layers.length).sort()).toEqual([1, 2]);
});

test('a value in the config of a layer in between is found', async () => {
  const files = save();
  files.set(`${base}/json`, Buffer.from(JSON.stringify({ id: base, config: { Env: [`KEY=${token}`] } })));
  const { findings } = await scanImage(memorySource(files), [secret()]);
  expect(findings.map(({ location }) => location)).toContainEqual(
    expect.objectContaining({ place: 'config', path: '/config/Env/0' }),
  );
});

test.each([
  ['a layer', `${base}/layer.tar`, 'its layer is not there'],
  ['an image below', `${base}/json`, 'an image that it stands on is not there'],
])('%s that is missing is incomplete', async (_, path, why) => {
  const files = save();
  files.delete(path);
  expect(await whys(files)).toContain(why);
});

test('what cannot be an image is incomplete', async () => {
  expect(await whys(save({ app: { latest: '3'.repeat(64) } }))).toContain('an image that it names is not there');
  const config = (fields: object): Buffer => Buffer.from(JSON.stringify(fields));
  expect(await whys(save({}).set(`${base}/json`, config({ parent: tip })))).toContain(
    'its images stand on each other in a circle',
  );
  expect(await whys(save().set(`${base}/json`, config({ parent: base })))).toContain('it stands on itself');
  expect(await whys(save().set(`${base}/layer.tar`, Buffer.alloc(700, 'x')))).toContain(
    'the layer is no tar in a compression that is known',
  );
  expect(await whys(save().set(`${base}/json`, Buffer.from('no JSON')))).toContain(
    'the image config is no JSON object',
  );
});
