import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { scanBytes, scanFile } from '../../../src/scan/index.ts';
import { secret, token } from './secrets.ts';

test('hits in bytes are told by offset, with their form', () => {
  const bytes = Buffer.from(`a=${token}\nb=${Buffer.from(token).toString('hex')}\n`);
  expect(scanBytes('Dockerfile', bytes, [secret()])).toEqual([
    { name: 'Dockerfile', secret: 'TOKEN', form: 'raw', offset: 2 },
    { name: 'Dockerfile', secret: 'TOKEN', form: 'hex', offset: 5 + token.length },
  ]);
  expect(scanBytes('Dockerfile', Buffer.from('FROM scratch'), [secret()])).toEqual([]);
});

test('a file is searched as it stands, also beyond one read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'safebuild-bytes-'));
  try {
    const path = join(folder, 'metadata.json');
    await writeFile(path, `${' '.repeat(300_000)}${token}`);
    expect(await scanFile(path, [secret()])).toEqual([{ name: path, secret: 'TOKEN', form: 'raw', offset: 300_000 }]);
    await expect(scanFile(join(folder, 'nothing'), [secret()])).rejects.toMatchObject({ code: 'ENOENT' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
