import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { FileBody } from '../../../../src/image/sources/file-body.ts';

const folder = mkdtempSync(join(tmpdir(), 'safebuild-file-body-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the chunk ahead is the one that is yielded next, and the one in use stays as it is', async () => {
  const path = join(folder, 'three-chunks');
  const bytes = Buffer.from(Array.from({ length: 2_500_000 }, (_, index) => (index * index) >> 8));
  writeFileSync(path, bytes);
  const body = new FileBody(path, [], () => {});
  const read: Buffer[] = [];
  let announced: Uint8Array | undefined;
  for await (const chunk of body) {
    if (read.length > 0) expect(chunk).toBe(announced);
    announced = await body.ahead();
    read.push(Buffer.from(chunk));
  }
  expect(announced).toBe(undefined);
  expect(Buffer.concat(read).equals(bytes)).toBe(true);
});

test('a file that is not there is told, and shows nothing ahead', async () => {
  let failures = 0;
  const body = new FileBody(join(folder, 'absent'), [], () => {
    failures++;
  });
  expect(await body.ahead()).toBe(undefined);
  for await (const _ of body) throw new Error('it has bytes');
  expect([failures, await body.ahead()]).toEqual([1, undefined]);
});
