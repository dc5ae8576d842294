import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadConfig } from '../../../src/config/index.ts';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import { scanBytes } from '../../../src/scan/index.ts';
import { loadSecrets, type SecretRequest, type SecretSet } from '../../../src/secrets/index.ts';

let cwd = '';

beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'safebuild-load-')));
});
afterEach(() => rm(cwd, { recursive: true }));

async function load(files: Record<string, string>, request: Partial<SecretRequest> = {}): Promise<SecretSet> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text, { mode: 0o600 });
  return loadSecrets({ cwd, env: {}, config: await loadConfig({ cwd }), ...request });
}

function values(set: SecretSet): string[] {
  return set.secrets.map((secret) => secret.reveal().toString());
}

function effective(set: SecretSet, name: string): string | undefined {
  return set.get(name)?.reveal().toString();
}

const dockerfile = parseDockerfile('FROM scratch\nARG API_KEY=value-of-the-dockerfile-7f3a\nRUN make $OTHER_TOKEN\n');

test('the strongest source wins, and every other value is still searched for', async () => {
  const order = ['flag', 'env-file-2', 'env-file-1', 'env-local', 'env', 'dockerfile', 'environment'];
  const value = (source: string): string => `value-of-${source}-7f3a91`;
  for (let strongest = 0; strongest < order.length; strongest++) {
    const has = (source: string): boolean => order.indexOf(source) >= strongest;
    const text = (source: string): string => (has(source) ? `API_KEY=${value(source)}\n` : '');
    const set = await load(
      { '.env': text('env'), '.env.local': text('env-local'), one: text('env-file-1'), two: text('env-file-2') },
      {
        env: has('environment') ? { API_KEY: value('environment') } : {},
        envFiles: ['one', 'two'],
        buildArgs: has('flag') ? [{ name: 'API_KEY', value: value('flag') }] : [],
        dockerfile: parseDockerfile(`FROM scratch\nARG API_KEY${has('dockerfile') ? `=${value('dockerfile')}` : ''}\n`),
      },
    );
    expect(effective(set, 'API_KEY')).toBe(value(order[strongest]!));
    expect(values(set).sort()).toEqual(order.slice(strongest).map(value).sort());
    expect(set.names()).toEqual(['API_KEY']);
  }
});

test('secrets and settings are told apart, each with origin and reason', async () => {
  const set = await load({ '.env': 'PORT=3000\nAPI_KEY=not-a-secret-7f3a91c2d4e8\n' });
  expect(set.get('API_KEY')).toMatchObject({
    origin: { source: 'dotenv', where: '.env', line: 2 },
    reason: 'the name says that it is a key',
  });
  expect(set.settings).toEqual([
    { name: 'PORT', origin: { source: 'dotenv', where: '.env', line: 1 }, reason: 'a well-known setting' },
  ]);
});

test('safebuild.yaml has the last word', async () => {
  const set = await load({
    '.env': 'PORT=3000\nAPI_KEY=not-a-secret-7f3a91c2d4e8\n',
    'safebuild.yaml': 'secrets:\n  PORT: secret\n  API_KEY: { kind: setting, reason: a demo key }\n',
  });
  expect(set.names()).toEqual(['PORT']);
  expect(set.settings).toEqual([expect.objectContaining({ name: 'API_KEY', reason: 'a demo key' })]);
  expect(set.weak).toEqual([expect.objectContaining({ name: 'PORT', weak: 'too short to be searched for' })]);
});

test('a weak secret is mounted and named, never dropped', async () => {
  const set = await load({ '.env': 'DB_PASSWORD=postgres\n' });
  expect(effective(set, 'DB_PASSWORD')).toBe('postgres');
  expect(set.secrets.map(({ name, weak }) => [name, weak])).toEqual([
    ['DB_PASSWORD', 'too common a word to be searched for'],
  ]);
  expect(set.weak).toEqual(set.secrets);
});

test('an empty value wins like any other and leaves the name without a value', async () => {
  const set = await load({ '.env': 'API_KEY=not-a-secret-7f3a91c2d4e8\n', '.env.local': 'API_KEY=\nFOO=\n' });
  expect(set.get('API_KEY')).toBeUndefined();
  expect(set.empty).toEqual([{ name: 'API_KEY', origin: { source: 'dotenv', where: '.env.local', line: 1 } }]);
  expect(values(set)).toEqual(['not-a-secret-7f3a91c2d4e8']);
  expect(set.settings.map(({ name }) => name)).toEqual(['FOO']);
});

test('of the environment only what concerns the build counts', async () => {
  const set = await load(
    { '.env': 'SHARED_TOKEN=from-the-file-7f3a91c2\n', '.npmrc': '' },
    {
      dockerfile,
      env: {
        OTHER_TOKEN: 'referenced-by-the-dockerfile-7f3a',
        SHARED_TOKEN: 'from-the-environment-7f3a91c2',
        CI_JOB_TOKEN: 'q7Zt2LmX9vB4nK8sW1yR',
        DEPLOY_PASSWORD: 'simple words here',
        UNRELATED_PASSWORD: 'postgres',
        UNRELATED_KEY: 'simple words here',
        UNRELATED_RANDOM: 'q7Zt2LmX9vB4nK8sW1yRq7Zt2LmX',
        NPM_AUTH: 'referenced-by-npmrc-7f3a91c2',
        PATH: '/usr/bin:/bin',
        SSH_AUTH_SOCK: '/tmp/agent',
        TOKEN_FILE: '/run/secrets/token',
        XDG_SESSION_SECRET: 'q7Zt2LmX9vB4nK8sW1yR',
      },
      contextFiles: [{ path: '.npmrc', bytes: Buffer.from(`//npm.example.com/:_authToken=\${NPM_AUTH}\n`) }],
    },
  );
  expect([...set.names()].sort()).toEqual([
    'API_KEY',
    'CI_JOB_TOKEN',
    'DEPLOY_PASSWORD',
    'NPM_AUTH',
    'OTHER_TOKEN',
    'SHARED_TOKEN',
  ]);
  expect(effective(set, 'SHARED_TOKEN')).toBe('from-the-file-7f3a91c2');
  expect(values(set)).toContain('from-the-environment-7f3a91c2');
});

test("the machine's own variables are not even settings, however often a step names them", async () => {
  const env = { HOME: '/home/app', PATH: '/usr/bin:/bin', USER: 'app', CERT_PATH: '/etc/ssl', APP_MODE: 'fast' };
  const text = 'FROM scratch\nRUN echo $HOME $PATH $USER $CERT_PATH $APP_MODE\n';
  const set = await load({}, { env, dockerfile: parseDockerfile(text) });
  expect(set.settings.map(({ name }) => name)).toEqual(['APP_MODE']);
});

test("a secret under a family of the machine's names counts when it is asked for", async () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/1000', LC_ALL: 'C.UTF-8', LC_API_KEY: 'not-a-secret-7f3a91c2d4e8' };
  const text = 'FROM scratch\nRUN echo $XDG_RUNTIME_DIR $LC_ALL $LC_API_KEY\n';
  const set = await load({}, { env, dockerfile: parseDockerfile(text) });
  expect(set.names()).toEqual(['LC_API_KEY']);
  expect(set.settings).toEqual([]);
});

test('a bare --build-arg takes its value from the environment, and none when there is none', async () => {
  const buildArgs = [{ name: 'API_KEY' }, { name: 'GONE_TOKEN' }];
  const set = await load({}, { buildArgs, env: { API_KEY: 'not-a-secret-7f3a91c2d4e8' } });
  expect(set.get('API_KEY')).toMatchObject({ origin: { source: 'build-arg', where: '--build-arg API_KEY' } });
  expect(set.names()).toEqual(['API_KEY']);
});

test('a proxy stays a build argument, and its password is searched for', async () => {
  const set = await load(
    {},
    { buildArgs: [{ name: 'HTTP_PROXY', value: 'http://app:hunter2hunter3@proxy.example.com' }] },
  );
  expect(set.names()).toEqual([]);
  expect(set.settings.map(({ name }) => name)).toEqual(['HTTP_PROXY']);
  expect(values(set)).toContain('hunter2hunter3');
});

test('--secret is searched for under its id', async () => {
  const set = await load({ token: 'not-a-secret-7f3a91c2d4e8\n' }, { secretFlags: ['id=npm,src=token'] });
  expect(effective(set, 'npm')).toBe('not-a-secret-7f3a91c2d4e8\n');
  expect(scanBytes(Buffer.from('a not-a-secret-7f3a91c2d4e8 b'), set.secrets)).toEqual([
    expect.objectContaining({ secret: 'npm', form: 'raw' }),
  ]);
  expect(set.usedUp).toEqual([]);
});

test('two names of one value are both mounted, and the value is searched for once', async () => {
  const set = await load({
    '.env': 'NPM_TOKEN=not-a-secret-7f3a91c2d4e8\nNODE_AUTH_TOKEN=not-a-secret-7f3a91c2d4e8\n',
  });
  expect(set.names()).toEqual(['NPM_TOKEN', 'NODE_AUTH_TOKEN']);
  expect(effective(set, 'NODE_AUTH_TOKEN')).toBe('not-a-secret-7f3a91c2d4e8');
  expect(set.secrets).toHaveLength(1);
});

test('parts are searched for and can be had by name, but are no names of their own', async () => {
  const set = await load({ '.env': 'DATABASE_URL=postgres://app:hunter2hunter3@db.example.com/app\n' });
  expect(set.names()).toEqual(['DATABASE_URL']);
  expect(effective(set, 'DATABASE_URL (password)')).toBe('hunter2hunter3');
  expect(values(set)).toEqual(expect.arrayContaining(['hunter2hunter3', 'app:hunter2hunter3']));
});

test('a credential file of the context is searched for by its parts, and whole where it has none', async () => {
  const npmrc = 'registry=https://npm.example.com/\n//npm.example.com/:_authToken=not-a-secret-7f3a91c2d4e8\n';
  const store = Buffer.from([0xfe, 0xed, 0xfe, 0xed, 0, 1, 2, 3, 4, 5]);
  const set = await load(
    {},
    {
      contextFiles: [
        { path: '.npmrc', bytes: Buffer.from(npmrc) },
        { path: 'a.jks', bytes: store },
      ],
    },
  );
  expect(set.secrets.map((secret) => [secret.name, secret.reveal().toString('latin1')])).toEqual([
    ['.npmrc (//npm.example.com/:_authToken)', 'not-a-secret-7f3a91c2d4e8'],
    ['a.jks', store.toString('latin1')],
  ]);
});

test('a NUL byte is refused before a variable could carry it, and allowed in a file', async () => {
  await expect(load({ '.env': 'API_KEY="not-a-secret\u00007f3a91c2d4e8"\n' })).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: 'API_KEY (.env line 1) holds a NUL byte, which no variable can carry',
  });
  await rm(join(cwd, '.env'));
  const set = await load({ key: 'not-a-secret\u00007f3a91c2d4e8' }, { secretFlags: ['id=k,src=key'] });
  expect(set.names()).toEqual(['k']);
});

test("a value beyond BuildKit's limit is refused before the build", async () => {
  await expect(load({ '.env': `API_KEY=${'x7'.repeat(256_001)}\n` })).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: 'API_KEY (.env line 1) is larger than 500 KiB, which BuildKit refuses',
  });
});

test('a declared setting is none of the secrets of a file either', async () => {
  const text = 'API_KEY=not-a-secret-7f3a91c2d4e8\nOTHER_KEY_TOKEN=not-a-secret-too-7f3a91\n';
  const set = await load(
    { 'safebuild.yaml': 'secrets: { API_KEY: setting }\n', 'values.txt': text },
    { contextFiles: [{ path: 'app/.env', bytes: Buffer.from(text) }], secretFlags: ['id=values,src=values.txt'] },
  );
  expect(values(set)).not.toContain('not-a-secret-7f3a91c2d4e8');
  expect(values(set)).toContain('not-a-secret-too-7f3a91');
});

test('a name in a cloned .env does not hand out the value of the environment; the environment alone offers nothing', async () => {
  const set = await load(
    { '.env': 'MY_API_TOKEN=not-a-secret-of-the-file-1\n' },
    { env: { MY_API_TOKEN: 'not-a-secret-of-the-shell-2', OTHER_API_TOKEN: 'not-a-secret-7f3a91c2d4e8b650' } },
  );
  expect(effective(set, 'MY_API_TOKEN')).toBe('not-a-secret-of-the-file-1');
  expect(values(set)).toContain('not-a-secret-of-the-shell-2');
  expect(set.offered.has('MY_API_TOKEN')).toBe(true);
  expect(effective(set, 'OTHER_API_TOKEN')).toBe('not-a-secret-7f3a91c2d4e8b650');
  expect(set.offered.has('OTHER_API_TOKEN')).toBe(false);
});

test('a name that the configuration declares a secret, and that has no value anywhere, is told with its line', async () => {
  const config = 'secrets:\n  PORT: setting\n  SESSION_SALT: secret\n  API_KEY: secret\n';
  const set = await load({ 'safebuild.yaml': config, '.env': 'API_KEY=not-a-secret-7f3a91c2d4e8\n' });
  expect(set.notes).toEqual([
    expect.objectContaining({
      rule: 'secret-without-value',
      level: 'warning',
      secret: 'SESSION_SALT',
      location: { kind: 'configuration', path: 'safebuild.yaml', line: 3 },
    }),
  ]);
});

test('weak secrets of one value are all kept, as each is searched for under its own name', async () => {
  const set = await load({ '.env': 'DB_ADMIN_PASSWORD=postgres\nDB_BACKUP_PASSWORD=postgres\n' });
  expect(set.weak.map(({ name }) => name)).toEqual(['DB_ADMIN_PASSWORD', 'DB_BACKUP_PASSWORD']);
});

test('a credential of an env file that the context has, too, goes by the name of its variable', async () => {
  const text = 'PORT=80\nDATABASE_URL=postgres://app:hunter2hunter3@db.example.com/app\n';
  const set = await load({ '.env': text }, { contextFiles: [{ path: '.env', bytes: Buffer.from(text) }] });
  const named = set.secrets.filter((secret) => secret.reveal().includes('hunter2hunter3'));
  expect(named.map(({ name }) => name)).toEqual([
    'DATABASE_URL',
    'DATABASE_URL (password)',
    'DATABASE_URL (user and password)',
  ]);
});

test('a private key of an env file is one secret, however its lines are broken', async () => {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  for (const written of [privateKey, privateKey.trim().replaceAll('\n', '\\n')]) {
    const text = `SIGNING_KEY="${written}"\n`;
    const set = await load({ '.env': text }, { contextFiles: [{ path: 'secrets.env', bytes: Buffer.from(text) }] });
    expect([...new Set(set.secrets.map(({ name }) => name.split(' ')[0]))]).toEqual(['SIGNING_KEY']);
  }
});

test('a common word of an env file that the context has, too, is told once for each of its names', async () => {
  const text = 'DB_PASSWORD=postgres\nADMIN_PASSWORD=postgres\n';
  const set = await load({ '.env': text }, { contextFiles: [{ path: '.env', bytes: Buffer.from(text) }] });
  expect(set.weak.map(({ name }) => name)).toEqual(['DB_PASSWORD', 'ADMIN_PASSWORD']);
});
