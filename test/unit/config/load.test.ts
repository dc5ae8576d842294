import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadConfig } from '../../../src/config/index.ts';
import type { SafebuildError } from '../../../src/errors.ts';

let root = '';

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'safebuild-config-')));
});
afterEach(() => rm(root, { recursive: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

async function failure(text: string): Promise<SafebuildError> {
  await put('safebuild.yaml', text);
  return loadConfig({ cwd: root }).then(
    () => Promise.reject(new Error('it was accepted')),
    (error: SafebuildError) => error,
  );
}

test('a project without safebuild.yaml gets the defaults', async () => {
  expect(await loadConfig({ cwd: root })).toEqual({
    envFiles: [
      { path: join(root, '.env'), shown: '.env', required: false, within: root },
      { path: join(root, '.env.local'), shown: '.env.local', required: false, within: root },
    ],
    multiStage: 'when-needed',
    secrets: new Map(),
    files: new Map(),
    scan: {},
    detectors: 'fail',
    allow: [],
    sources: { settings: new Map() },
  });
});

test('every key is read', async () => {
  await put(
    'safebuild.yaml',
    `env-files: [deploy/.env.build]
multi-stage: always
secrets:
  API_KEY: secret
  PORT: { kind: setting, needed: runtime, reason: a port }
  TOKEN: vault://kv/app#token
  LOGIN: { exec: [get-login, --plain], allow-empty: true, needed: build }
  NPMRC: { template: '//npm.example.com/:_authToken=\${TOKEN}' }
files:
  ./config/.env: { needed: never }
scan: { depth: 3, max-file-bytes: 10, max-total-bytes: 20, max-json-bytes: 30, max-findings: 40 }
detectors: warn
allow:
  - secret: API_KEY
    place: app/docs/**
    reason: the example of the manual
    expires: 2027-01-31
  # keys of the distribution
  - { detector: private-key, place: 'label:note', reason: a test key }
  - { incomplete: srv/*.bin, reason: random bytes }
sources: { deadline: 2m, vault: { address: 'https://vault.example.com', auth: { method: jwt } } }
`,
  );
  expect(await loadConfig({ cwd: root })).toEqual({
    path: join(root, 'safebuild.yaml'),
    envFiles: [{ path: join(root, 'deploy/.env.build'), shown: 'deploy/.env.build', required: true, within: root }],
    multiStage: 'always',
    secrets: new Map([
      ['API_KEY', { kind: 'secret', at: { path: 'safebuild.yaml', line: 4 } }],
      ['PORT', { kind: 'setting', needed: 'runtime', reason: 'a port', at: { path: 'safebuild.yaml', line: 5 } }],
      ['TOKEN', { from: 'vault://kv/app#token', at: { path: 'safebuild.yaml', line: 6 } }],
      [
        'LOGIN',
        {
          from: 'exec:["get-login","--plain"]',
          allowEmpty: true,
          needed: 'build',
          at: { path: 'safebuild.yaml', line: 7 },
        },
      ],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of ours
      ['NPMRC', { template: '//npm.example.com/:_authToken=${TOKEN}', at: { path: 'safebuild.yaml', line: 8 } }],
    ]),
    files: new Map([['config/.env', { needed: 'never', at: { path: 'safebuild.yaml', line: expect.any(Number) } }]]),
    scan: { maxDepth: 3, maxStreamBytes: 10, maxTotalBytes: 20, maxJsonBytes: 30, maxFindings: 40 },
    detectors: 'warn',
    allow: [
      {
        accepts: { kind: 'secret', name: 'API_KEY' },
        place: 'app/docs/**',
        reason: 'the example of the manual',
        expires: '2027-01-31',
        file: 'safebuild.yaml',
        line: 14,
      },
      {
        accepts: { kind: 'detector', id: 'private-key' },
        place: 'label:note',
        reason: 'a test key',
        file: 'safebuild.yaml',
        line: 19,
      },
      {
        accepts: { kind: 'incomplete' },
        place: 'srv/*.bin',
        reason: 'random bytes',
        file: 'safebuild.yaml',
        line: 20,
      },
    ],
    sources: {
      deadlineMs: 120_000,
      settings: new Map([['vault', { address: 'https://vault.example.com', auth: { method: 'jwt' } }]]),
    },
  });
});

test('a limit may be written as a size', async () => {
  await put('safebuild.yaml', 'scan: { max-file-bytes: 1.5 GiB, max-total-bytes: 20GB, max-json-bytes: 64kB }');
  expect((await loadConfig({ cwd: root })).scan).toEqual({
    maxStreamBytes: 1.5 * 1024 ** 3,
    maxTotalBytes: 20e9,
    maxJsonBytes: 64_000,
  });
});

test.each([
  ['500ms', 500],
  ['20s', 20_000],
  ['999999m', 2_147_483_647],
])('a deadline of %s is %d milliseconds', async (deadline, expected) => {
  await put('safebuild.yaml', `sources: { deadline: ${deadline} }`);
  expect((await loadConfig({ cwd: root })).sources.deadlineMs).toBe(expected);
});

test('an empty file and one of comments are valid', async () => {
  await put('safebuild.yml', '# nothing yet\n');
  expect((await loadConfig({ cwd: root })).path).toBe(join(root, 'safebuild.yml'));
});

test('the context beats the current folder, and both beat the folders above', async () => {
  await mkdir(join(root, '.git'));
  await mkdir(join(root, 'a/b/context'), { recursive: true });
  const request = { cwd: join(root, 'a/b'), contextDir: join(root, 'a/b/context') };
  await put('safebuild.yaml', '');
  expect((await loadConfig(request)).path).toBe(join(root, 'safebuild.yaml'));
  await put('a/b/safebuild.yaml', '');
  expect((await loadConfig(request)).path).toBe(join(root, 'a/b/safebuild.yaml'));
  await put('a/b/context/safebuild.yml', '');
  expect((await loadConfig(request)).path).toBe(join(root, 'a/b/context/safebuild.yml'));
});

test('nothing above the repository counts, and nothing above a folder without one', async () => {
  await put('safebuild.yaml', 'multi-stage: always');
  await mkdir(join(root, 'clone/.git'), { recursive: true });
  await mkdir(join(root, 'clone/app'));
  await mkdir(join(root, 'plain'));
  expect((await loadConfig({ cwd: join(root, 'clone/app') })).path).toBeUndefined();
  expect((await loadConfig({ cwd: join(root, 'plain') })).path).toBeUndefined();
});

test('an explicit path wins and must exist', async () => {
  await put('safebuild.yaml', '');
  await put('ci/other.yaml', 'multi-stage: always');
  expect((await loadConfig({ cwd: root, explicitPath: 'ci/other.yaml' })).multiStage).toBe('always');
  await expect(loadConfig({ cwd: root, explicitPath: 'no.yaml' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: `${join(root, 'no.yaml')} does not exist`.replace(`${root}/`, ''),
  });
});

test('two spellings in one folder are refused', async () => {
  await put('safebuild.yaml', '');
  await put('safebuild.yml', '');
  await expect(loadConfig({ cwd: root })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test.each([
  ['env-file: [x]\n', 'safebuild.yaml line 1: env-file is not known', 'Did you mean env-files?'],
  [
    '# note\nsecrets:\n  API_KEY: { kinds: secret }\n',
    'safebuild.yaml line 3: secrets.API_KEY.kinds is not known',
    'Did you mean kind?',
  ],
  [
    'scan:\n  zebra: 1\n',
    'safebuild.yaml line 2: scan.zebra is not known',
    'Use one of: depth, max-file-bytes, max-total-bytes, max-json-bytes, max-findings.',
  ],
  ['env-files: .env\n', 'safebuild.yaml line 1: env-files must be a list', undefined],
  [
    'files:\n  .env: never\n',
    'safebuild.yaml line 2: files[.env] must be a mapping of names',
    'Write .env: { needed: never }.',
  ],
  ['scan: { depth: 0 }\n', 'safebuild.yaml line 1: scan.depth must be at least 1', undefined],
  [
    'multi-stage: sometimes\n',
    'safebuild.yaml line 1: multi-stage must be one of: never, always, when-needed',
    undefined,
  ],
  [
    'secrets:\n  A: secret\n  B: hunter2hunter3\n',
    'safebuild.yaml line 3: secrets.B must be secret, setting, a reference, or an object',
    expect.stringContaining('Values never stand here.'),
  ],
  [
    'secrets:\n  B: { from: hunter2hunter3 }\n',
    'safebuild.yaml line 2: secrets.B.from must be a reference',
    expect.stringContaining('Values never stand here.'),
  ],
  [
    'secrets:\n  B: { from: "env:B", template: x }\n',
    'safebuild.yaml line 2: secrets.B.template: stands beside from: a value comes from one place',
    undefined,
  ],
  [
    'secrets:\n  B: { from: "env:B", kind: setting }\n',
    'safebuild.yaml line 2: secrets.B.from: fetches a secret, and kind says that it is a setting',
    undefined,
  ],
  ['sources:\n  deadline: soon\n', 'safebuild.yaml line 2: sources.deadline: must be a time like 20s or 2m', undefined],
  ['sources:\n  valt: {}\n', 'safebuild.yaml line 2: sources.valt is not known', 'Did you mean vault?'],
  [
    'secrets:\n  B: { kind: hunter2hunter3 }\n',
    'safebuild.yaml line 2: secrets.B.kind must be one of: secret, setting',
    undefined,
  ],
  [
    'files:\n  .env: { needed: sometimes }\n',
    'safebuild.yaml line 2: files[.env].needed must be one of: build, runtime, never, image',
    undefined,
  ],
  [
    'scan:\n  max-file-bytes: 8 gigs\n',
    'safebuild.yaml line 2: scan.max-file-bytes: must be a number of bytes, or a size like 512MiB or 8GiB',
    undefined,
  ],
  [
    'allow:\n  - secret: A\n    place: x\n  - incomplete: y\n',
    'safebuild.yaml line 2: allow.0.reason: must say why',
    undefined,
  ],
  [
    'allow:\n  - secret: A\n    reason: x\n',
    'safebuild.yaml line 2: allow.0: names a place with a secret or a detector, and none with incomplete',
    undefined,
  ],
  [
    'allow:\n  - { place: x, reason: x }\n',
    'safebuild.yaml line 2: allow.0: names exactly one of: secret, detector, incomplete',
    undefined,
  ],
  [
    'allow:\n  - { secret: A, incomplete: x, reason: x }\n',
    'safebuild.yaml line 2: allow.0: names exactly one of: secret, detector, incomplete',
    undefined,
  ],
  [
    'allow:\n  - secret: A\n    place: x\n    reason: " "\n',
    'safebuild.yaml line 4: allow.0.reason: must say why',
    undefined,
  ],
  [
    'allow:\n  - { secret: A, place: x, reason: x, expires: 2027-02-30 }\n',
    'safebuild.yaml line 2: allow.0.expires: must be a day, written YYYY-MM-DD',
    undefined,
  ],
  [
    'allow:\n  - { secret: A, place: x, reason: x, expire: 2027-02-28 }\n',
    'safebuild.yaml line 2: allow.0.expire is not known',
    'Did you mean expires?',
  ],
  ['a: 1\na: 2\n', 'safebuild.yaml line 2: a key occurs twice', undefined],
  ['secrets: [\n', 'safebuild.yaml line 2: no valid YAML (bad indent)', undefined],
  ['- a\n- b\n', 'safebuild.yaml line 1: the file must be a mapping of names', undefined],
  ['env-files:\n  - .env\n  - 3\n', 'safebuild.yaml line 3: env-files.1 must be text', undefined],
])('a mistake is named with its line and nothing of its value: %j', async (text, message, hint) => {
  const error = await failure(text);
  expect({ code: error.code, message: error.message, hint: error.hint }).toEqual({
    code: 'CONFIG_INVALID',
    message,
    hint,
  });
});

test.each(['', ' ', '/', '*', '**', '/**', '**/*', '**/*.*', './**', '?'])(
  'nothing is accepted everywhere: %j',
  async (place) => {
    const entries = [`secret: A, place: '${place}'`, `detector: a, place: '${place}'`, `incomplete: '${place}'`];
    for (const entry of entries) {
      expect(await failure(`allow:\n  - { ${entry}, reason: x }\n`)).toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/^safebuild.yaml line 2: allow.0.(?:place|incomplete): must name a place/),
      });
    }
  },
);

test('a second YAML document is refused, as it would not be read', async () => {
  const { message } = await failure('env-files: [.env]\n---\nsecrets: { GREETING: secret }\n');
  expect(message).toBe('safebuild.yaml line 2: a second YAML document begins here, and would not be read');
});

test('a section with nothing in it is none', async () => {
  await put('safebuild.yaml', 'secrets:\n# API_KEY: secret\nallow:\n');
  expect((await loadConfig({ cwd: root })).secrets.size).toBe(0);
});

test('aliases that multiply are refused', async () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x]',
    ...[...'bcdef'].map((name, i) => `${name}: &${name} [${`*${'abcde'[i]},`.repeat(8)}]`),
  ].join('\n');
  expect((await failure(bomb)).message).toBe('safebuild.yaml line 1: it has too many YAML aliases');
});

test('a discovered configuration cannot name files outside of its repository; one that the user named can', async () => {
  await put('clone/safebuild.yaml', 'env-files: [../outside.env]');
  await mkdir(join(root, 'clone/.git'));
  const cwd = join(root, 'clone');
  await expect(loadConfig({ cwd })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'safebuild.yaml: ../outside.env lies outside of the repository',
  });
  const { envFiles } = await loadConfig({ cwd, explicitPath: 'safebuild.yaml' });
  expect(envFiles).toEqual([{ path: join(root, 'outside.env'), shown: join(root, 'outside.env'), required: true }]);
});

test('a configuration that is a symbolic link is read', async () => {
  await put('real.yaml', 'multi-stage: always');
  await symlink('real.yaml', join(root, 'safebuild.yaml'));
  expect((await loadConfig({ cwd: root })).multiStage).toBe('always');
});

test('an alias that holds itself is refused', async () => {
  expect((await failure('sources: { vault: &v { auth: *v } }')).message).toBe(
    'safebuild.yaml line 1: it has too many YAML aliases',
  );
});
