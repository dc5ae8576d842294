import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { markVersions, versionOf, withVersions } from '../../../src/build/versions.ts';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import { Secret } from '../../../src/secrets/index.ts';

const key = Buffer.alloc(32, 7);
const yesterday = 'not-a-secret-7f3a91c2d4e8';
const today = 'not-a-secret-50b6e8a3c1d7';

function secret(value = yesterday, name = 'TOKEN'): Secret {
  return new Secret({
    name,
    value: Buffer.from(value),
    origin: { source: 'dotenv', where: '.env' },
    reason: 'its name',
  });
}

const version = versionOf(secret(), key);
const filled = new Map([['token', secret()]]);

function marked(...lines: readonly string[]): string {
  return markVersions(['FROM busybox', ...lines, ''].join('\n'), filled, key);
}

test('a version changes with value, name and key, and with nothing else', () => {
  expect(version).toMatch(/^[0-9a-f]{16}$/);
  expect(versionOf(secret(), key)).toBe(version);
  expect(versionOf(secret(today), key)).not.toBe(version);
  expect(versionOf(secret(yesterday, 'OTHER'), key)).not.toBe(version);
  expect(versionOf(secret(), Buffer.alloc(32, 8))).not.toBe(version);
});

test('a name and a value do not run into each other', () => {
  expect(versionOf(secret('B-not-a-secret', 'A'), key)).not.toBe(versionOf(secret('-not-a-secret', 'AB'), key));
});

test('a version is no plain hash of the value', () => {
  for (const text of [yesterday, `TOKEN\0${yesterday}`]) {
    expect(createHash('sha256').update(text).digest('hex')).not.toContain(version);
  }
});

test('a RUN gets one mount more, and its own stay as they are', () => {
  expect(marked('RUN --mount=type=secret,id=token,env=T,required=true make')).toBe(
    `FROM busybox\nRUN --mount=type=secret,id=token.${version} --mount=type=secret,id=token,env=T,required=true make\n`,
  );
});

test('the version is not required and has neither env nor target, so that nothing is mounted', () => {
  const flag = parseDockerfile(marked('RUN --mount=type=secret,id=token make')).instructions[1]?.flags[0];
  expect(flag?.value).toBe(`type=secret,id=token.${version}`);
});

test.each([
  ['quotes', `RUN --mount='type=secret,"id=token"' make`],
  ['source', 'RUN --mount=type=secret,source=token make'],
  ['src', 'RUN --mount=type=secret,src=token make'],
  ['the last part of the target', 'RUN --mount=type=secret,target=/root/token make'],
  ['capitals', 'run --mount=TYPE=SECRET,ID=token make'],
  ['a variable', `ARG ID=token\nRUN --mount=type=secret,id=$ID make`],
  ['the exec form', 'RUN --mount=type=secret,id=token ["make"]'],
  ['a heredoc', 'RUN --mount=type=secret,id=token <<EOF\nmake\nEOF'],
  ['a later stage', 'FROM busybox AS b\nRUN --network=none --mount=type=secret,id=token make'],
])('the id is read from %s', (_, text) => {
  expect(marked(text)).toContain(`id=token.${version}`);
});

test.each([
  ['an id that nothing fills', 'RUN --mount=type=secret,id=other make'],
  ['another type', 'RUN --mount=type=cache,id=token,target=/c make'],
  ['no mount', 'RUN echo --mount=type=secret,id=token'],
  ['a trigger, which runs in other builds', 'ONBUILD RUN --mount=type=secret,id=token make'],
])('the text stays as it is with %s', (_, text) => {
  expect(marked(text)).toBe(`FROM busybox\n${text}\n`);
});

test('of two mounts of one secret the version stands once', () => {
  const text = marked('RUN --mount=type=secret,id=token --mount=type=secret,id=token,env=T make');
  expect(text.split(version)).toHaveLength(2);
});

test('every line keeps its number, with continuations, CRLF and another escape character', () => {
  const source = '# escape=`\r\nFROM busybox\r\nRUN `\r\n  --mount=type=secret,id=token `\r\n  make\r\nUSER 1\r\n';
  const text = markVersions(source, filled, key);
  expect(text).toContain(`RUN --mount=type=secret,id=token.${version} \`\r\n`);
  const [before, after] = [source, text].map((one) => parseDockerfile(one).instructions);
  expect(after?.map(({ keyword, line, endLine }) => [keyword, line, endLine])).toEqual(
    before?.map(({ keyword, line, endLine }) => [keyword, line, endLine]),
  );
  expect(after?.[1]?.text).toBe(before?.[1]?.text);
});

test('an id with signs that a flag reads otherwise is written as a plain word', () => {
  const odd = new Map([['my "token",x', secret()]]);
  const source = `FROM busybox\nRUN --mount='type=secret,"id=my ""token"",x"' make\n`;
  expect(markVersions(source, odd, key)).toContain(`RUN --mount=type=secret,id=my__token__x.${version} --mount=`);
});

const request = { secrets: ['id=token,env=MY_TOKEN'] } as unknown as Parameters<typeof withVersions>[2];
const env = { MY_TOKEN: yesterday, SAFEBUILD_VERSION_KEY: 'not-a-secret-key-of-32-characters' };

function rewritten(handed: readonly string[]): Parameters<typeof withVersions>[0] {
  const text = 'FROM busybox\nRUN --mount=type=secret,id=token make\n';
  return {
    findings: [],
    open: [],
    text,
    changed: false,
    handed: handed.map((id) => ({ id, secret: secret(), asVariable: false })),
    dropBuildArgs: new Set(),
    mounts: [],
  };
}

function sources(given: Secret | undefined): Parameters<typeof withVersions>[1] {
  return { context: { kind: 'empty' }, secrets: { get: () => given } } as unknown as Parameters<typeof withVersions>[1];
}

test('mounts that --secret fills have a version too', async () => {
  const one = await withVersions(rewritten([]), sources(secret()), request, env);
  const other = await withVersions(rewritten([]), sources(secret(today)), request, env);
  expect(one.text).toMatch(/id=token\.[0-9a-f]{16} /);
  expect(one).toMatchObject({ changed: true, handed: [] });
  expect(other.text).not.toBe(one.text);
});

test('mounts that safebuild fills have a version; their ids stay', async () => {
  const built = await withVersions(rewritten(['token']), sources(undefined), { ...request, secrets: [] }, env);
  expect(built.text).toMatch(/id=token\.[0-9a-f]{16} --mount=type=secret,id=token make/);
  expect(built.handed.map(({ id }) => id)).toEqual(['token']);
});

test('a build that gets no secret is left alone, and needs no key', async () => {
  const plain = rewritten([]);
  const short = { SAFEBUILD_VERSION_KEY: 'short' };
  expect(await withVersions(plain, sources(undefined), { ...request, secrets: [] }, short)).toBe(plain);
});
