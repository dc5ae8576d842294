import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AskedAll, type Asking, ask, type Got, textOf } from '../../../../servers/ask.ts';
import { type GcpServer, saidByServer, startGcp, subjectToken } from '../../../../servers/gcp/server.ts';

// One process uses the real SDK for all tests of this file: it takes a second to load.

const value = 'not-a-secret-7f3a91c2d4e8';
const older = 'not-a-secret-older-55d1b0a9';
const binary = Uint8Array.of(0, 255, 1, 254, 10);

let server: GcpServer;
let folder: string;
let asked: AskedAll;

const references = [
  'gcp+sm://example-project/token',
  'gcp+sm://example-project/token#1',
  'gcp+sm://example-project/token?version=1',
  'gcp+sm://example-project/token#9',
  'gcp+sm://example-project/disabled#1',
  'gcp+sm://example-project/json#password',
  'gcp+sm://example-project/json#none',
  'gcp+sm://example-project/binary',
  'gcp+sm://example-project/token?location=europe-west3',
  'gcp+sm://example-project/none',
  'gcp+sm://example-project/denied',
  'gcp+sm://example-project/throttled',
  'gcp+sm://example-project/faulty',
  'gcp+sm://example-project/damaged',
  'ref+gcpsecrets://example-project/json?version=1#/password',
  'ref+gcpsecrets://example-project/lines?trim_nl=true',
  'ref+gcpsecrets://token?version=1',
];
const one = ['gcp+sm://example-project/token'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safebuild-gcp-'));
  const subjectFile = join(folder, 'subject');
  await writeFile(subjectFile, subjectToken);
  server = await startGcp(
    {
      'example-project/token': [older, value],
      'example-project/disabled': ['DISABLED', value],
      'example-project/json': [JSON.stringify({ password: value })],
      'example-project/lines': [`${value}\n`],
      'example-project/binary': [binary],
      'example-project/europe-west3/token': ['not-a-secret-regional-77aa'],
      'example-project/denied': { status: 403, reason: 'PERMISSION_DENIED' },
      'example-project/throttled': { status: 429, reason: 'RESOURCE_EXHAUSTED', times: 1 },
      'example-project/faulty': { status: 503, reason: 'UNAVAILABLE', times: 1 },
      'example-project/damaged': ['damaged'],
    },
    subjectFile,
  );
  // with the last, the SDK would write every request to stderr
  const bare = { HTTPS_PROXY: server.proxy, METADATA_SERVER_DETECTION: 'none', GOOGLE_SDK_NODE_LOGGING: 'all' };
  const asking = async (name: keyof GcpServer['credentials'], more: Partial<Asking> = {}): Promise<Asking> => {
    const file = join(folder, `${name}.json`);
    await writeFile(file, JSON.stringify(server.credentials[name]));
    return { provider: 'gcp', references: one, env: { ...bare, GOOGLE_APPLICATION_CREDENTIALS: file }, ...more };
  };
  asked = await ask(
    [
      await asking('serviceAccount', { references, settings: { gcp: { project: 'example-project' } } }),
      await asking('forged'),
      await asking('user'),
      await asking('revoked'),
      await asking('workload'),
      { provider: 'gcp', references: [...one, 'ref+gcpsecrets://token'], env: bare },
    ],
    { authority: server.authority },
  );
}, 240_000);

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function got(reference: string, asking = 0): Got | undefined {
  return asked.answers[asking]?.[reference];
}

test('the newest version comes, with its number', () => {
  expect(got('gcp+sm://example-project/token')).toEqual({
    value: Buffer.from(value).toString('base64'),
    version: '2',
  });
});

test('a version is chosen by fragment or parameter', () => {
  expect(textOf(got('gcp+sm://example-project/token#1'))).toBe(older);
  expect(textOf(got('gcp+sm://example-project/token?version=1'))).toBe(older);
});

test('a field of a JSON secret comes alone', () => {
  expect(textOf(got('gcp+sm://example-project/json#password'))).toBe(value);
});

test('a binary secret comes byte by byte', () => {
  expect(Buffer.from(got('gcp+sm://example-project/binary')?.value ?? '', 'base64')).toEqual(Buffer.from(binary));
});

test('a regional secret is asked for at its region', () => {
  expect(textOf(got('gcp+sm://example-project/token?location=europe-west3'))).toBe('not-a-secret-regional-77aa');
});

test("vals' spellings mean the same; the project may come from safebuild.yaml", () => {
  expect(textOf(got('ref+gcpsecrets://example-project/json?version=1#/password'))).toBe(value);
  expect(textOf(got('ref+gcpsecrets://example-project/lines?trim_nl=true'))).toBe(value);
  expect(textOf(got('ref+gcpsecrets://token?version=1'))).toBe(older);
});

test('what was throttled, or failed for a moment, is tried again', () => {
  expect(textOf(got('gcp+sm://example-project/throttled'))).toBe('after-the-faults-7f3a');
  expect(textOf(got('gcp+sm://example-project/faulty'))).toBe('after-the-faults-7f3a');
});

test.each([
  ['gcp+sm://example-project/token#9', 0, 'SECRET_MISSING', 'no projects/example-project/secrets/token/versions/9'],
  ['gcp+sm://example-project/none', 0, 'SECRET_MISSING', 'no projects/example-project/secrets/none/versions/latest'],
  ['gcp+sm://example-project/json#none', 0, 'SECRET_MISSING', 'no field none'],
  ['gcp+sm://example-project/disabled#1', 0, 'SOURCE_FAILED', 'disabled or destroyed'],
  ['gcp+sm://example-project/denied', 0, 'SOURCE_FAILED', 'refused projects/example-project/secrets/denied'],
  ['gcp+sm://example-project/damaged', 0, 'SOURCE_FAILED', 'did not come whole'],
  ['gcp+sm://example-project/token', 1, 'SOURCE_FAILED', 'no credentials that GCP Secret Manager accepts'],
  ['gcp+sm://example-project/token', 3, 'SOURCE_FAILED', 'no credentials that GCP Secret Manager accepts'],
  ['gcp+sm://example-project/token', 5, 'SOURCE_FAILED', 'no credentials that GCP Secret Manager accepts'],
  ['ref+gcpsecrets://token', 5, 'SOURCE_FAILED', 'No project is given'],
])('%s (%i) fails as %s: %s', (reference, asking, code, message) => {
  expect(got(reference, asking)).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(got(reference, asking)?.hint).not.toBe('');
});

test("the user's login and a workload's identity give credentials, too", () => {
  expect(textOf(got('gcp+sm://example-project/token', 2))).toBe(value);
  expect(textOf(got('gcp+sm://example-project/token', 4))).toBe(value);
});

test('nothing that a server said is told, the SDK prints nothing, and no other host is asked for', () => {
  expect(JSON.stringify(asked.answers)).not.toContain(saidByServer);
  expect(asked.printed).toBe('');
  expect(server.refused).toEqual([]);
});
