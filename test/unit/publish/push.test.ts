import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { pushImage } from '../../../src/publish/push.ts';
import { answering } from './answers.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const other = `sha256:${'2'.repeat(64)}`;
const pushed = (value: string): string =>
  `The push refers to repository [host/app]\nlatest: digest: ${value} size: 1234\n`;

test('a registry that took the proved digest is believed', async () => {
  const { docker } = answering({ 'push host/app': pushed(digest) });
  await expect(pushImage(docker, 'host/app', { digest })).resolves.toBe(digest);
});

test('another digest in the registry is a mismatch that names what must not be used', async () => {
  const { docker } = answering({ 'push host/app': pushed(other) });
  await expect(pushImage(docker, 'host/app', { digest })).rejects.toMatchObject({
    code: 'PUBLISH_MISMATCH',
    message: expect.stringContaining('host/app'),
    hint: expect.stringContaining('Do not use'),
  });
});

test('a push that names no digest proves nothing', async () => {
  const { docker } = answering({ 'push host/app': 'pushed, trust me\n' });
  await expect(pushImage(docker, 'host/app', { digest })).rejects.toMatchObject({ code: 'PUBLISH_MISMATCH' });
});

test('a refused push has docker’s own last words', async () => {
  const { docker } = answering({ push: { exitCode: 1, stderr: 'Using default tag\ndenied: requested access\n' } });
  await expect(pushImage(docker, 'host/app', { digest })).rejects.toMatchObject({
    code: 'PUBLISH_FAILED',
    message: 'docker push host/app failed: denied: requested access',
  });
});

test.each([
  'denied: requested access to the resource is denied',
  'unauthorized: authentication required',
  'no basic auth credentials',
])('a push without a login says how to log in: %s', async (words) => {
  const { docker } = answering({ push: { exitCode: 1, stderr: `Using default tag\n${words}\n` } });
  const hint = expect.stringContaining('docker login');
  await expect(pushImage(docker, 'host/app', { digest })).rejects.toMatchObject({ hint });
});

test('a push that fails for another reason has no hint about logins', async () => {
  const { docker } = answering({ push: { exitCode: 1, stderr: 'dial tcp: lookup host: no such host\n' } });
  await expect(pushImage(docker, 'host/app', { digest })).rejects.toMatchObject({ hint: undefined });
});

const manifest = JSON.stringify({ config: { digest: other } });
const manifestDigest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;

test('a manifest made at the push is read back by its digest, and its config compared', async () => {
  const { docker, asked } = answering({
    'push localhost:5000/app:1': pushed(manifestDigest),
    'buildx imagetools inspect': manifest,
  });
  await expect(pushImage(docker, 'localhost:5000/app:1', { config: other })).resolves.toBe(manifestDigest);
  expect(asked[1]).toBe(`buildx imagetools inspect --raw localhost:5000/app@${manifestDigest}`);
  await expect(pushImage(docker, 'localhost:5000/app:1', { config: digest })).rejects.toMatchObject({
    code: 'PUBLISH_MISMATCH',
  });
});

test('a manifest that has not the digest by which it was asked for is not believed', async () => {
  const { docker } = answering({ 'push host/app': pushed(digest), 'buildx imagetools inspect': manifest });
  await expect(pushImage(docker, 'host/app', { config: other })).rejects.toMatchObject({ code: 'PUBLISH_MISMATCH' });
});
