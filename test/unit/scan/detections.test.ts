import { generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { type ScanOptions, type ScanResult, scanImage } from '../../../src/scan/index.ts';
import { Layout, memorySource } from '../image/build-image.ts';
import { buildTar } from '../image/build-tar.ts';
import { base62, drawn } from './detectors/fakes.ts';
import { secret } from './secrets.ts';

const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const token = `ghp_${drawn(base62, 36)}`;
const login = `https://builder:${drawn(base62, 20)}@git.example.com\n`;

function scan(layers: Parameters<Layout['image']>[0], options: ScanOptions = {}): Promise<ScanResult> {
  const layout = new Layout();
  layout.root([layout.image(layers)]);
  return scanImage(memorySource(layout.files), [secret()], { detectors: 'fail', ...options });
}

test('a private key that nobody declared is found in the layer and file where it lies', async () => {
  const { findings } = await scan([[{ path: 'etc/app/tls.key', content: key }]]);
  expect(findings).toEqual([
    expect.objectContaining({
      rule: 'detected:private-key',
      level: 'error',
      location: expect.objectContaining({
        place: 'layer',
        layer: 1,
        path: 'etc/app/tls.key',
        offset: 0,
        visible: true,
      }),
    }),
  ]);
  expect(findings[0]).not.toHaveProperty('secret');
});

test('without detectors nothing is told', async () => {
  const { findings } = await scan([[{ path: 'etc/app/tls.key', content: key }]], { detectors: 'off' });
  expect(findings).toEqual([]);
});

test('no finding shows any of what was detected', async () => {
  const content = `token=${token}\n${key}`;
  const { findings } = await scan([[{ path: 'app/.env', content }]]);
  expect(findings.map(({ rule }) => rule).sort()).toEqual(['detected:github-token', 'detected:private-key']);
  expect(JSON.stringify(findings)).not.toContain(token.slice(4, 9));
  expect(JSON.stringify(findings)).not.toContain(key.split('\n')[1]!.slice(0, 20));
});

test('a key in the tests of a package is a warning', async () => {
  const { findings } = await scan([[{ path: 'app/node_modules/tls/test/key.pem', content: key }]]);
  expect(findings).toEqual([expect.objectContaining({ rule: 'detected:private-key', level: 'warning' })]);
});

test('an SSH host key is told as one', async () => {
  const { findings } = await scan([[{ path: 'etc/ssh/ssh_host_ed25519_key', content: key }]]);
  expect(findings).toEqual([expect.objectContaining({ rule: 'detected:ssh-host-key', level: 'error' })]);
});

test('a token in a compressed file within an archive is found', async () => {
  const inner = gzipSync(buildTar([{ path: 'conf/app.json', content: JSON.stringify({ token }) }]));
  const { findings } = await scan([[{ path: 'srv/app.tar.gz', content: inner }]]);
  expect(findings).toEqual([
    expect.objectContaining({ rule: 'detected:github-token', form: ['gzip', 'tar conf/app.json'] }),
  ]);
});

test('a login in a credential file is found by its path, in a layer and in an exported folder', async () => {
  const files = new Map([['root/.git-credentials', Buffer.from(login)]]);
  const exported = await scanImage({ ...memorySource(files), holds: 'files' }, [], { detectors: 'fail' });
  const layer = await scan([[{ path: 'root/.git-credentials', content: login }]]);
  for (const { findings } of [layer, exported])
    expect(findings).toEqual([
      expect.objectContaining({
        rule: 'detected:credential-file',
        location: expect.objectContaining({ path: 'root/.git-credentials' }),
      }),
    ]);
});

test('a token in ENV and in the history is found at the string that holds it', async () => {
  const layout = new Layout();
  layout.root([
    layout.image([[{ path: 'a', content: 'a' }]], {
      config: { Env: ['PATH=/bin', `GH=${token}`] },
      history: [{ created_by: `RUN |1 GH=${token} make` }],
    }),
  ]);
  const { findings } = await scanImage(memorySource(layout.files), [], { detectors: 'fail' });
  expect(findings.map(({ location }) => 'path' in location && location.path)).toEqual([
    '/config/Env/1',
    '/history/0/created_by',
  ]);
  expect(JSON.stringify(findings)).not.toContain(token.slice(4, 9));
});

test('what is declared is told as a leak, and not detected a second time', async () => {
  const layout = new Layout();
  layout.root([layout.image([[{ path: 'app/.env', content: `A=${token}\nB=ghp_${drawn(base62, 36, 2)}\n` }]])]);
  const { findings } = await scanImage(memorySource(layout.files), [secret('GH', token)], { detectors: 'fail' });
  expect(findings.map(({ rule, secret: name }) => [rule, name])).toEqual([
    ['leak', 'GH'],
    ['detected:github-token', undefined],
  ]);
  expect(findings[1]!.location).toMatchObject({ offset: 45 });
});

test('many detections leave room for what is declared', async () => {
  const files = Array.from({ length: 12 }, (_, at) => ({ path: `keys/${at}.key`, content: key }));
  const value = drawn(base62, 30);
  const layout = new Layout();
  layout.root([layout.image([[...files, { path: 'z', content: value }]])]);
  const { findings } = await scanImage(memorySource(layout.files), [secret('A', value)], {
    detectors: 'fail',
    limits: { maxFindings: 10 },
  });
  expect(findings.filter(({ rule }) => rule === 'leak')).toHaveLength(1);
  expect(findings).toHaveLength(5);
});
