import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ImageSource } from '../../../../src/image/index.ts';
import { type ScanOptions, type ScanResult, scanImage } from '../../../../src/scan/index.ts';
import type { Secret } from '../../../../src/secrets/secret.ts';
import { Layout, memorySource } from '../../image/build-image.ts';
import { buildTar, type TarFile } from '../../image/build-tar.ts';
import { secret, token } from '../secrets.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'safebuild-recall-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Bytes that hardly become fewer by compression, so that a layer of them is worth remembering. */
function noise(seed: number): Buffer {
  const bytes = Buffer.alloc(400_000);
  let state = seed;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

const large: TarFile[] = [
  { path: 'app/noise', content: noise(1) },
  { path: 'app/cut.gz', content: gzipSync('x').subarray(0, 15) },
  { path: 'app/some.7z', content: Buffer.concat([Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), Buffer.alloc(100, 3)]) },
];

function image(...layers: TarFile[][]): Layout {
  const layout = new Layout();
  return layout.root([layout.image(layers)]);
}

function scan(
  { files }: Layout,
  secrets: Secret[] = [secret()],
  options: ScanOptions & { keyByte?: number } = {},
): Promise<ScanResult> {
  const { keyByte = 1, ...rest } = options;
  const verdicts = { dir, key: Buffer.alloc(32, keyByte) };
  return scanImage(memorySource(files), secrets, { verdicts, ...rest });
}

const kept = async (): Promise<number> => (await readdir(dir)).length;
const whys = ({ incomplete }: ScanResult) => incomplete.map(({ why }) => why);

test('a layer that was found clean is remembered, and the report says the same of it', async () => {
  const layout = image([{ path: 'small' }], large);
  const first = await scan(layout);
  expect(await kept()).toBe(1);
  const second = await scan(layout);
  expect(second).toEqual(first);
  expect(first.coverage).toMatchObject({ layers: 2, notOpened: { '7z': 1 }, damaged: { count: 1 } });
  // and is not searched again: to a scan that would look into more, what is remembered is all there is
  const other = await scan(layout, [secret()], { verdicts: { dir, key: Buffer.alloc(32, 1) } });
  expect(other.coverage).toEqual(first.coverage);
});

test('a key that is only worth a look is remembered with its layer, one that fails is not', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const content = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const [path, level, remembered] of [
    ['usr/lib/libtls.so', 'warning', 1],
    ['app/key.pem', 'error', 1],
  ] as const) {
    const layout = image([...large, { path, content: content + content }]);
    const [first, second] = [
      await scan(layout, [secret()], { detectors: 'fail' }),
      await scan(layout, [secret()], { detectors: 'fail' }),
    ];
    expect(first.findings).toEqual([expect.objectContaining({ level, rule: 'detected:private-key' })]);
    expect(second).toEqual(first);
    expect(await kept()).toBe(remembered);
  }
});

test('a leak is never remembered', async () => {
  const layout = image([...large, { path: 'etc/key', content: token }]);
  for (let time = 0; time < 2; time++) {
    expect((await scan(layout)).findings).toHaveLength(1);
    expect(await kept()).toBe(0);
  }
});

test.each<[string, Secret[], ScanOptions & { keyByte?: number }]>([
  ['another secret', [secret('OTHER', 'not-a-secret-0c44d1aa93fe')], {}],
  ['no secret that was searched for', [secret('WEAK', token, 'too weak')], {}],
  ['another limit', [secret('OTHER', 'not-a-secret-0c44d1aa93fe')], { limits: { maxDepth: 5 } }],
  ['another key', [secret('OTHER', 'not-a-secret-0c44d1aa93fe')], { keyByte: 2 }],
])('a layer that was clean for %s is searched for this one', async (_, secrets, options) => {
  const layout = image([...large, { path: 'etc/key', content: token }]);
  expect((await scan(layout, secrets, options)).findings).toEqual([]);
  expect(await kept()).toBe(1);
  expect((await scan(layout)).findings).toHaveLength(1);
});

test('a verdict does not cover bytes that only claim its digest', async () => {
  const layout = image(large);
  const [path] = [...layout.files].find(([, bytes]) => bytes.length > 300_000)!;
  await scan(layout);
  const size = layout.files.get(path)!.length;
  const leaking = buildTar([{ path: 'etc/key', content: token }]);
  layout.files.set(path, Buffer.concat([leaking, Buffer.alloc(size)]).subarray(0, size));
  expect(whys(await scan(layout))).toContain('its content does not have the digest that its name says');
  layout.files.set(path, leaking);
  const other = await scan(layout);
  expect(other.findings).toHaveLength(1);
  expect(whys(other)).toContain('its content does not have the digest that its name says');
});

test('what could not be read whole is not remembered', async () => {
  const layout = new Layout();
  layout.root([layout.image([large], { compress: (tar) => gzipSync(tar).subarray(0, -4) })]);
  for (let time = 0; time < 2; time++) expect(whys(await scan(layout))).toContain('the gzip data is cut off');
  expect(await kept()).toBe(0);
});

test('a limit that was reached is reached again', async () => {
  const options = { limits: { maxTotalBytes: 100_000 } };
  for (let time = 0; time < 2; time++) expect(whys(await scan(image(large), [secret()], options))).not.toEqual([]);
  expect(await kept()).toBe(0);
});

test('what a remembered layer deletes is no longer visible', async () => {
  const layout = image([{ path: 'etc/key', content: token }], [...large, { path: 'etc/.wh.key' }]);
  for (let time = 0; time < 2; time++) {
    const { findings } = await scan(layout);
    expect(findings.map(({ location }) => location)).toEqual([
      expect.objectContaining({ layer: 1, path: 'etc/key', visible: false }),
    ]);
  }
  expect(await kept()).toBe(1);
});

test('small layers and files of an artifact are not remembered', async () => {
  await scan(image([{ path: 'small' }]));
  const files = new Map([[`blobs/sha256/${'a'.repeat(64)}`, noise(2)]]);
  const verdicts = { dir, key: Buffer.alloc(32, 1) };
  await scanImage(memorySource(files, 'files'), [secret()], { verdicts });
  expect(await kept()).toBe(0);
});

test('a layer that is remembered is not decoded', async () => {
  const layout = image(large);
  await scan(layout);
  // the bytes of a verdict count as decoded in the report, and against no limit
  const path = [...layout.files].find(([, bytes]) => bytes.length > 300_000)![0];
  let read = 0;
  const source = memorySource(layout.files);
  const result = await scanImage(source, [secret()], {
    verdicts: { dir, key: Buffer.alloc(32, 1) },
    onProgress: ({ storedBytes }) => {
      read = storedBytes;
    },
  });
  expect(read).toBe([...layout.files.values()].reduce((sum, bytes) => sum + bytes.length, 0));
  expect(result.coverage.decodedBytes).toBeGreaterThan(layout.files.get(path)!.length);
});

/** The same image, but that the bytes of its large layer are left where they are. */
function withholding(layout: Layout, path: string): ImageSource {
  const rest = new Map([...layout.files].filter(([name]) => name !== path));
  const source = memorySource(rest);
  return {
    ...source,
    async *entries(observer) {
      yield* source.entries(observer);
      yield { path, size: 0, withheld: true, body: (async function* () {})() };
    },
  };
}

test('of withheld bytes their digest is enough where they were found clean, and the report says the same', async () => {
  const layout = image([{ path: 'small' }], large);
  const [path] = [...layout.files].find(([, bytes]) => bytes.length > 300_000)!;
  const verdicts = { dir, key: Buffer.alloc(32, 1) };
  const first = await scan(layout);
  expect(first.remembered).toEqual([`sha256:${path.slice('blobs/sha256/'.length)}`]);
  expect(await scanImage(withholding(layout, path), [secret()], { verdicts })).toEqual(first);
});

test('withheld bytes that nobody searched for this very secret are incomplete', async () => {
  const layout = image(large);
  const [path] = [...layout.files].find(([, bytes]) => bytes.length > 300_000)!;
  const verdicts = { dir, key: Buffer.alloc(32, 1) };
  const incomplete = expect.objectContaining({ where: path, why: expect.stringContaining('no former search') });
  const searched = async (secrets: Secret[], options: ScanOptions) =>
    (await scanImage(withholding(layout, path), secrets, options)).incomplete;
  expect(await searched([secret()], { verdicts })).toContainEqual(incomplete);
  await scan(layout);
  expect(await searched([secret('OTHER', 'not-a-secret-0c44d1aa93fe')], { verdicts })).toContainEqual(incomplete);
  expect(await searched([secret()], {})).toContainEqual(incomplete);
  expect(await searched([secret()], { verdicts })).toEqual([]);
});

test('a leak is not among what the next search need not read', async () => {
  expect((await scan(image([...large, { path: 'etc/key', content: token }]))).remembered).toEqual([]);
});
