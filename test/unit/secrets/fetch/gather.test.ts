import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadConfig } from '../../../../src/config/index.ts';
import { parseDockerfile } from '../../../../src/dockerfile/index.ts';
import {
  createFetching,
  type Demand,
  loadSecrets,
  type SecretRequest,
  type SecretSet,
} from '../../../../src/secrets/index.ts';

let cwd = '';
let asked: Demand[] = [];

beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'safebuild-gather-')));
  asked = [];
});
afterEach(() => rm(cwd, { recursive: true }));

const value = 'not-a-secret-7f3a91c2d4e8';
const uses = parseDockerfile('FROM scratch\nARG TOKEN\nRUN make $TOKEN\n');

async function load(files: Record<string, string>, request: Partial<SecretRequest> = {}): Promise<SecretSet> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text, { mode: 0o600 });
  const env = request.env ?? {};
  const signal = AbortSignal.timeout(20_000);
  const permit = async (demands: readonly Demand[]) => void asked.push(...demands);
  const fetching = createFetching({ env, signal, permit, say: () => undefined, notReturned: () => undefined });
  const config = await loadConfig({ cwd, env });
  return loadSecrets({ cwd, env, config, dockerfile: uses, fetching, ...request }).finally(() => fetching.close());
}

function effective(set: SecretSet, name = 'TOKEN'): string | undefined {
  return set.get(name)?.reveal().toString();
}

function unfetched(set: SecretSet): string[] {
  return set.unfetched.map(({ name }) => name);
}

test.each([
  ['env:SOURCE', { SOURCE: value }],
  ['file:kept.txt', {}],
  [`exec:cat "kept.txt"`, { PATH: '/usr/bin:/bin' }],
  [`exec:["cat", "kept.txt"]`, { PATH: '/usr/bin:/bin' }],
])('a value is fetched by %s, from safebuild.yaml and by flag', async (from, env) => {
  const files = { 'kept.txt': value, 'safebuild.yaml': `secrets: { TOKEN: ${JSON.stringify(from)} }` };
  const byFile = await load(files, { env });
  expect(effective(byFile)).toBe(value);
  expect(byFile.offered.has('TOKEN')).toBe(true);
  await rm(join(cwd, 'safebuild.yaml'));
  asked = [];
  const byFlag = await load({}, { env, secretFrom: [{ id: 'TOKEN', reference: from }] });
  expect(effective(byFlag)).toBe(value);
  expect(asked).toEqual([]);
});

test('a fetched value is a secret, whatever it looks like, and weak ones are told', async () => {
  const set = await load({ 'safebuild.yaml': 'secrets: { TOKEN: "env:PORT_LIKE" }' }, { env: { PORT_LIKE: '3000' } });
  expect(set.names()).toEqual(['TOKEN']);
  expect(set.weak.map(({ name }) => name)).toEqual(['TOKEN']);
});

test('the strongest source wins, and what it overrules is not asked', async () => {
  const yaml = { 'safebuild.yaml': 'secrets: { TOKEN: "env:FROM_CONFIG" }', '.env': 'TOKEN=value-of-dotenv-7f3a91\n' };
  const env = { FROM_CONFIG: 'value-of-config-7f3a91', FROM_FLAG: 'value-of-flag-7f3a91' };
  expect(effective(await load(yaml, { env }))).toBe('value-of-config-7f3a91');
  asked = [];
  await writeFile(join(cwd, 'flag.env'), 'TOKEN=value-of-env-file-7f3a91\n', { mode: 0o600 });
  const envFiles = ['flag.env'];
  expect(effective(await load(yaml, { env, envFiles }))).toBe('value-of-env-file-7f3a91');
  expect(asked).toEqual([]);
  const secretFrom = [{ id: 'TOKEN', reference: 'env:FROM_FLAG' }];
  expect(effective(await load(yaml, { env, envFiles, secretFrom }))).toBe('value-of-flag-7f3a91');
  const buildArgs = [{ name: 'TOKEN', value: 'value-of-build-arg-7f3a91' }];
  const all = await load(yaml, { env: {}, envFiles, secretFrom, buildArgs });
  expect(effective(all)).toBe('value-of-build-arg-7f3a91');
});

test('only what the target needs is fetched, and the rest is told', async () => {
  const dockerfile = parseDockerfile(
    'FROM scratch AS tests\nRUN --mount=type=secret,id=test-token x\nFROM scratch\nRUN --mount=type=secret,id=token x\n',
  );
  const yaml = 'secrets: { TOKEN: "env:TOKEN", TEST_TOKEN: "env:TEST_TOKEN", DEPLOY_KEY: "env:DEPLOY_KEY" }';
  const request = { dockerfile, env: { TOKEN: value } };
  const set = await load({ 'safebuild.yaml': yaml }, request);
  expect(effective(set)).toBe(value);
  expect(unfetched(set)).toEqual(['TEST_TOKEN', 'DEPLOY_KEY']);
  expect(set.notes).toEqual([
    expect.objectContaining({ rule: 'secret-not-fetched', message: expect.stringContaining('TEST_TOKEN, DEPLOY_KEY') }),
  ]);
  await expect(load({}, { ...request, target: 'tests' })).rejects.toMatchObject({ code: 'SECRET_MISSING' });
});

test('everything that is missing or empty is told at once, with the line that needs it and where it was looked for', async () => {
  const dockerfile = parseDockerfile('FROM scratch\nRUN $A\nRUN $B $C\n');
  const yaml = "secrets:\n  A: env:A\n  B: file:b.txt\n  C: { exec: ['false', not-a-secret-in-a-word] }\n";
  const env = { A: '', PATH: '/usr/bin:/bin' };
  const error = await load({ 'safebuild.yaml': yaml }, { dockerfile, env }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'SECRET_EMPTY',
    exitCode: 3,
    message: [
      'The secret A, which Dockerfile line 2 needs, could not be had from env:A (safebuild.yaml line 2): its value is empty',
      `The secret B, which Dockerfile line 3 needs, could not be had from file:b.txt (safebuild.yaml line 3): ${cwd}/b.txt does not exist`,
      'The secret C, which Dockerfile line 3 needs, could not be had from exec:false (safebuild.yaml line 4): false ended with exit code 1',
    ].join('\n'),
  });
});

test('an empty value that is meant is one', async () => {
  const yaml = { 'safebuild.yaml': 'secrets: { TOKEN: { from: "env:TOKEN", allow-empty: true } }' };
  const set = await load(yaml, { env: { TOKEN: '' } });
  expect(effective(set)).toBe('');
  expect(set.empty).toEqual([]);
});

test('a program that is not there is told, and so is one that fails, without its words', async () => {
  const from = (reference: string) => ({ env: { PATH: cwd }, secretFrom: [{ id: 'TOKEN', reference }] });
  await expect(load({}, from('exec:not-installed x'))).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: expect.stringContaining('not-installed was not found'),
  });
  await writeFile(join(cwd, 'tell'), `#!/bin/sh\necho ${value}; echo ${value} >&2; exit 3\n`);
  await chmod(join(cwd, 'tell'), 0o700);
  const failed = await load({}, from('exec:./tell not-a-secret-word')).catch((thrown: unknown) => thrown);
  expect(failed).toMatchObject({ code: 'SOURCE_FAILED', message: expect.stringContaining('exit code 3') });
  expect(String((failed as Error).stack)).not.toContain('not-a-secret');
});

test('a template is made of what is fetched and offered; it and its parts are searched for', async () => {
  const yaml = `secrets:
  TOKEN: { template: "registry=https://npm.example.com/\\n//npm.example.com/:_authToken=\${NPM}\\nport=\${PORT} $\${HOME} $5\\n" }
  NPM: env:SOURCE
  OUTER: { template: "<\${TOKEN}>" }
`;
  const files = { 'safebuild.yaml': yaml, '.env': 'PORT=3000\n' };
  const set = await load(files, { env: { SOURCE: value } });
  const text = `registry=https://npm.example.com/\n//npm.example.com/:_authToken=${value}\nport=3000 \${HOME} $5\n`;
  expect(effective(set)).toBe(text);
  expect(set.secrets.map((secret) => secret.reveal().toString())).toEqual(expect.arrayContaining([text, value]));
  expect(unfetched(set)).toEqual(['OUTER']);
  const outer = await load(files, {
    env: { SOURCE: value },
    dockerfile: parseDockerfile('FROM scratch\nRUN $OUTER\n'),
  });
  expect(effective(outer, 'OUTER')).toBe(`<${text}>`);
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: templates of ours
test.each([
  ['${API_TOKEN}', 'its template needs API_TOKEN, which has no value'],
  ['${TOKEN}', 'its template leads back to itself by TOKEN'],
  ['${API_TOKEN:-x}', 'the template of TOKEN has braces behind a $ that hold no name'],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: until here
])('a template %s is refused: no variable gets into it that nobody named', async (template, message) => {
  const yaml = `secrets: { TOKEN: { template: ${JSON.stringify(template)} } }`;
  await expect(load({ 'safebuild.yaml': yaml }, { env: { API_TOKEN: value } })).rejects.toMatchObject({
    message: expect.stringContaining(message),
  });
});

test('a template is not made with a part that is empty, unless that is meant', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of ours
  const yaml = 'secrets: { TOKEN: { template: "login=${PART}" }, PART: { allow-empty: false } }';
  await expect(load({ 'safebuild.yaml': yaml, '.env': 'PART=\n' })).rejects.toMatchObject({
    code: 'SECRET_EMPTY',
    message: expect.stringContaining('its template needs PART, which is empty in .env'),
  });
  const meant = { 'safebuild.yaml': yaml.replace('false', 'true'), '.env': 'PART=\n' };
  expect(effective(await load(meant))).toBe('login=');
});

test('a template whose part could not be had is told as failed, too', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of ours
  const yaml = 'secrets: { TOKEN: { template: "login=${PART}" }, PART: "env:NOT_SET" }';
  const set = await load({ 'safebuild.yaml': yaml, '.env': 'PART=value-of-dotenv-7f3a91\n' }, { fetch: 'told' });
  expect(set.troubles.map(({ source }) => source.name)).toEqual(['PART', 'TOKEN']);
  expect(set.get('TOKEN')).toBeUndefined();
});

test('templates that double one another are refused before they fill the memory', async () => {
  const levels = Array.from(
    { length: 40 },
    (_, level) => `  T${level}: { template: "\${T${level + 1}}\${T${level + 1}}" }\n`,
  );
  const yaml = `secrets:\n  TOKEN: { template: "\${T0}" }\n${levels.join('')}  T40: { template: "x" }\n`;
  await expect(load({ 'safebuild.yaml': yaml })).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: expect.stringContaining('more than 500 KiB'),
  });
});

test.each(['toString', '__proto__', 'constructor'])('env:%s is a variable that is not set', async (name) => {
  await expect(load({ 'safebuild.yaml': `secrets: { TOKEN: "env:${name}" }` })).rejects.toMatchObject({
    code: 'SECRET_MISSING',
  });
});

test('references in env files are followed as op and vals do', async () => {
  await expect(load({ '.env': 'TOKEN=op://vault/item/field\n' }, { env: { PATH: cwd } })).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: expect.stringContaining('could not be had from op://vault/item/field (.env line 1)'),
  });
  // a stronger line that holds a value
  const set = await load({ '.env.local': `TOKEN=${value}\n` });
  expect(effective(set)).toBe(value);
  expect(set.secrets).toHaveLength(1);
});

test('without fetching, nothing is asked, and no value is known', async () => {
  await writeFile(join(cwd, 'safebuild.yaml'), 'secrets: { TOKEN: "env:TOKEN" }');
  const set = await loadSecrets({ cwd, env: {}, config: await loadConfig({ cwd }), dockerfile: uses });
  expect(unfetched(set)).toEqual(['TOKEN']);
  expect(set.names()).toEqual([]);
  expect(set.notes).toEqual([]);
});

test('a name that is fetched is a secret also where an env file has it', async () => {
  const files = { 'safebuild.yaml': 'secrets: { TOKEN: "env:SOURCE" }', '.env': 'TOKEN=hello-world-of-tests\n' };
  const set = await load(files, { env: { SOURCE: value } });
  expect(set.secrets.map((secret) => secret.reveal().toString())).toEqual([value, 'hello-world-of-tests']);
});

test("the user's own sources serve a project that speaks of their names, and no other; an env file of the project is stronger", async () => {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'safebuild-home-')));
  try {
    await mkdir(join(home, '.config/safebuild'), { recursive: true });
    const own = 'secrets: { TOKEN: "env:MINE", ELSEWHERE: "env:NOT_SET" }\n';
    await writeFile(join(home, '.config/safebuild/config.yaml'), own);
    const env = { HOME: home, MINE: value };
    const set = await load({}, { env, fetch: 'all' });
    expect(effective(set)).toBe(value);
    expect(asked.map(({ about, level }) => [about, level])).toEqual([['TOKEN', 'outside']]);
    expect(set.unfetched).toEqual([]);
    expect(effective(await load({ '.env': 'TOKEN=value-of-dotenv-7f3a91\n' }, { env }))).toBe('value-of-dotenv-7f3a91');
    const yaml = { 'safebuild.yaml': 'secrets: { TOKEN: "env:TEAM" }' };
    expect(effective(await load(yaml, { env: { ...env, TEAM: 'value-of-team-7f3a91' } }))).toBe(value);
  } finally {
    await rm(home, { recursive: true });
  }
});
