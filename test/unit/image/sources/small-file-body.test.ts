import { appendFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { SmallFileBody, smallFileBytes } from '../../../../src/image/sources/small-file-body.ts';

const folder = mkdtempSync(join(tmpdir(), 'safebuild-small-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function readAll(path: string, onChunk = () => {}): Promise<{ bytes: Buffer; failures: number }> {
  let failures = 0;
  const read: Buffer[] = [];
  const body = new SmallFileBody(path, [], () => {
    failures++;
  });
  for await (const chunk of body) {
    read.push(Buffer.from(chunk));
    onChunk();
  }
  return { bytes: Buffer.concat(read), failures };
}

test('a file that grows while it is read is read to its end', async () => {
  const path = join(folder, 'growing');
  const bytes = Buffer.from(Array.from({ length: smallFileBytes }, (_, index) => (index * index) >> 8));
  writeFileSync(path, bytes);
  let grown = 0;
  const read = await readAll(path, () => {
    if (grown++ < 2) appendFileSync(path, bytes);
  });
  expect(read.failures).toBe(0);
  expect(read.bytes.equals(Buffer.concat([bytes, bytes, bytes]))).toBe(true);
});

test('what has become a link, or is gone, is told, and not followed', async () => {
  writeFileSync(join(folder, 'target'), 'content');
  symlinkSync('target', join(folder, 'link'));
  for (const name of ['link', 'absent']) {
    const { bytes, failures } = await readAll(join(folder, name));
    expect([bytes.length, failures]).toEqual([0, 1]);
  }
});

test('a pipe that has taken the place of a file keeps nobody waiting', async () => {
  const path = join(folder, 'pipe');
  await execa('mkfifo', [path]);
  expect((await readAll(path)).bytes.length).toBe(0);
});
