import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import type { Ended } from '../helpers/docker.ts';
import { nodeOf } from '../helpers/testbed.ts';
import { Layout } from '../unit/image/build-image.ts';
import { makePlace, type Place } from './rig/place.ts';

const program = fileURLToPath(new URL('../../bin/safebuild.js', import.meta.url));
const value = 'not-a-secret-7f3a91c2d4e8';
/** The oldest that is supported, and the newest of each line that is. */
const versions = ['20.19.0', '22', '24', '26'];

const commands = [
  { words: ['verify', '--json', 'gzip'], exitCode: 5 },
  { words: ['verify', '--json', 'zstd'], exitCode: 5 },
  { words: ['verify', 'clean'], exitCode: 0 },
  { words: ['check', 'app'], exitCode: 1 },
];

/** By the Node that runs the tests. */
const expected = new Map<readonly string[], Ended>();
let place: Place;

beforeAll(async () => {
  place = await makePlace();
  const write = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(place.folder, path)), { recursive: true });
    await writeFile(join(place.folder, path), content, { mode: 0o600 });
  };
  await write('.env', `API_TOKEN=${value}\n`);
  await write('app/Dockerfile', 'FROM scratch\nARG API_TOKEN\nCOPY . .\n');
  // large enough that threads inflate it, and that Node decodes zstd by itself where it can
  const large = { path: 'large.txt', content: 'a line of a file like any other\n'.repeat(100_000) };
  const leak = { path: 'app/config.json', content: `{"token":"${Buffer.from(value).toString('base64')}"}` };
  const layouts = {
    gzip: new Layout(),
    clean: new Layout(),
    zstd: new Layout(),
  };
  layouts.gzip.root([layouts.gzip.image([[large], [large, leak]])]);
  layouts.clean.root([layouts.clean.image([[large]])]);
  layouts.zstd.root([layouts.zstd.image([[large, leak]], { compress: zstdOf })]);
  for (const [name, { files }] of Object.entries(layouts))
    for (const [path, bytes] of files) await write(`${name}/${path}`, bytes);
  for (const { words } of commands) expected.set(words, await run(process.execPath, words));
});
afterAll(() => place.remove());

test.each(versions)('Node %s does and says the same', async (version) => {
  const node = await nodeOf(version);
  for (const { words, exitCode } of commands) {
    const there = await run(node, words);
    expect(there).toEqual(expected.get(words));
    expect(there.exitCode).toBe(exitCode);
  }
});

async function run(node: string, words: readonly string[]): Promise<Ended> {
  // `--`: Node 20 would take --env-file for its own
  const ended = await execa(node, ['--', program, ...words], {
    cwd: place.folder,
    env: { HOME: place.folder, NO_COLOR: '1', SAFEBUILD_VERDICTS: 'off' },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  const untimed = (text: string) => text.replace(/\b\d+(?:\.\d+)? ?m?s\b|(?<="proof": )\d+/g, 'TIME');
  return { exitCode: ended.exitCode ?? -1, stdout: untimed(ended.stdout), stderr: untimed(ended.stderr) };
}

/** One zstd frame of raw blocks: no Node 20 compresses. */
function zstdOf(tar: Buffer): Buffer {
  const most = 100_000;
  const blocks: Buffer[] = [];
  for (let at = 0; at < tar.length; at += most) {
    const bytes = tar.subarray(at, at + most);
    const header = Buffer.alloc(3);
    header.writeUIntLE((bytes.length << 3) | (at + most >= tar.length ? 1 : 0), 0, 3);
    blocks.push(header, bytes);
  }
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]), ...blocks]);
}
