import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { ScanResult } from '../../../../src/scan/index.ts';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { buildTar } from '../../image/build-tar.ts';
import { secret, token } from '../secrets.ts';
import { zipOf } from './zip-file.ts';

/** With a character that every language writes in another way. */
const odd = `${token}"ü`;

function scan(path: string, content: Buffer, value = token): Promise<ScanResult> {
  return scanImage(memorySource(new Map([[path, content]]), 'files'), [secret('TOKEN', value)]);
}

async function forms(path: string, content: Buffer, value = token): Promise<(readonly string[] | undefined)[]> {
  const { findings, incomplete } = await scan(path, content, value);
  expect(incomplete).toEqual([]);
  return findings.map(({ form }) => form);
}

test("a package in npm's cache is opened, whatever it is called", async () => {
  const tarball = gzipSync(buildTar([{ path: 'package/.npmrc', content: `//example.com/:_authToken=${token}` }]));
  expect(await forms('_cacache/content-v2/sha512/ab/cd/ef', tarball)).toEqual([['gzip', 'tar package/.npmrc']]);
  const index = `\nabc\t${JSON.stringify({ key: `pacote:tarball:https://user:${token}@example.com/a.tgz` })}`;
  expect(await forms('_cacache/index-v5/ab/cd/ef', Buffer.from(index))).toEqual([undefined]);
});

test("a body in pip's cache that is a file of its own is opened", async () => {
  const wheel = zipOf([{ path: 'a/key.py', content: `K = "${token}"` }]);
  expect(await forms('http-v2/a/b/c/abc.body', wheel)).toEqual([['zip a/key.py']]);
});

test('a constant in compiled Python, and in a class of Java, is found', async () => {
  // marshal (z: short ASCII, u: UTF-8 with its length) and a CONSTANT_Utf8 of a class file hold the bytes as they are
  const bytes = Buffer.from(odd);
  const pyc = Buffer.concat([
    Buffer.from('a70d0d0a00000000', 'hex'),
    Buffer.from(`z${String.fromCharCode(token.length)}${token}u`, 'latin1'),
    Buffer.from([bytes.length, 0, 0, 0]),
    bytes,
  ]);
  expect(await forms('app/__pycache__/a.cpython-311.pyc', pyc)).toEqual([undefined]);
  expect(await forms('app/__pycache__/a.cpython-311.pyc', pyc, odd)).toEqual([undefined]);
  const constant = Buffer.concat([Buffer.from('cafebabe0000003d000201', 'hex'), Buffer.from([0, bytes.length]), bytes]);
  expect(await forms('A.class', constant, odd)).toEqual([undefined]);
  expect(await forms('a.jar', zipOf([{ path: 'A.class', content: constant }]), odd)).toEqual([['zip A.class']]);
});

test('a source map is found out, beside the code or in it', async () => {
  const map = JSON.stringify({ version: 3, sourcesContent: [`const key = '${odd}';\n`], mappings: '' });
  expect((await scan('app.js.map', Buffer.from(map), odd)).findings).toHaveLength(1);
  const inline = `code();\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}\n`;
  expect((await scan('app.js', Buffer.from(inline), token)).findings).toHaveLength(1);
});

test('what git keeps beside its objects is found as it stands', async () => {
  expect(await forms('.git/packed-refs', Buffer.from(`# pack-refs\n0123 refs/heads/${token}\n`))).toEqual([undefined]);
  expect(await forms('.git/logs/HEAD', Buffer.from(`0 1 a <a@b> 0 +0000\tcommit: key ${token}\n`))).toEqual([
    undefined,
  ]);
});

test('a bundle that git wrote is opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const git = (...args: string[]): void => {
    const config = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    execFileSync('git', [...config, ...args], { cwd: folder, stdio: 'ignore' });
  };
  try {
    git('init');
    for (const value of [`T=${token}\n`, '']) {
      writeFileSync(join(folder, 'settings'), `${'a line\n'.repeat(50)}${value}`);
      git('add', '.');
      git('commit', '-m', 'c');
    }
    git('bundle', 'create', 'all.bundle', '--all');
    const { findings, coverage } = await scan('all.bundle', readFileSync(join(folder, 'all.bundle')));
    expect(findings.map(({ form }) => form?.slice(0, 1))).toEqual([['git bundle pack']]);
    expect(coverage).toMatchObject({
      opened: { 'git bundle': 1, 'git pack': 1 },
      notOpened: {},
      damaged: { count: 0 },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
