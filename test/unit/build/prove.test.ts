import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Proof, prove } from '../../../src/build/prove.ts';
import { readSources } from '../../../src/build/sources.ts';
import type { Held } from '../../../src/buildx/index.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { requestOf } from '../buildx/command-line.ts';
import { Layout } from '../image/build-image.ts';
import type { TarFile } from '../image/build-tar.ts';
import { hostIn, writeProject } from './project.ts';

const token = 'not-a-secret-7f3a91c2d4e8';

interface Built {
  dockerfile: string;
  /** `created_by` of each layer, and its files. */
  layers: readonly (readonly [createdBy: string, files: readonly TarFile[]])[];
}

/** The proof of an image that came of that Dockerfile. */
async function proofOf({ dockerfile, layers }: Built, as: 'layout' | 'cache' = 'layout'): Promise<Proof> {
  const layout = new Layout();
  const history = layers.map(([created_by]) => ({ created_by }));
  layout.root([
    layout.image(
      layers.map(([, files]) => files),
      { history },
    ),
  ]);
  return withTempDir(async (cwd) => {
    await writeProject(cwd, { Dockerfile: dockerfile, '.env': `TOKEN=${token}\n` });
    for (const [path, bytes] of layout.files) {
      await mkdir(dirname(join(cwd, 'held', path)), { recursive: true });
      await writeFile(join(cwd, 'held', path), bytes);
    }
    const host = hostIn(cwd);
    const sources = await readSources(requestOf('.'), { envFiles: [] }, host);
    // only the kind and the folder matter to the proof
    const held = [{ kind: as, dir: join(cwd, 'held') }] as unknown as Held[];
    return prove({ held, sources, dockerfileText: dockerfile, written: [] }, host);
  });
}

const leaky = [{ path: 'app/key', content: token }];
const clean = [{ path: 'app/other', content: 'x' }];

test('a secret of the base image is a leak, told with the name of the image and what to do', async () => {
  const { findings } = await proofOf({
    dockerfile: 'FROM example.com/node:20\nCOPY . .\nRUN npm ci\n',
    layers: [
      ['COPY x /', leaky],
      ['COPY . .', clean],
      ['RUN npm ci', clean],
    ],
  });
  expect(findings).toEqual([
    expect.objectContaining({
      level: 'error',
      location: expect.objectContaining({ layer: 1, madeBy: 'base', base: 'example.com/node:20' }),
      remedy: expect.stringMatching(/^Revoke TOKEN: it came with the base image example.com\/node:20/),
    }),
  ]);
});

test.each([
  ['COPY . .', /\.dockerignore/],
  ['COPY --from=build /out /app', /Do not copy the file from build/],
  ['RUN npm ci', /secret mount, and write no file/],
])('what %s made is told with its line and its own remedy', async (instruction, remedy) => {
  const { findings } = await proofOf({
    dockerfile: `FROM a AS build\nFROM example.com/node:20\n${instruction}\n`,
    layers: [
      ['ADD rootfs /', clean],
      [`${instruction.split(' ')[0]} /x # buildkit`, leaky],
    ],
  });
  expect(findings).toEqual([
    expect.objectContaining({
      location: expect.objectContaining({
        madeBy: { kind: 'dockerfile', path: 'Dockerfile', line: 3, endLine: 3 },
      }),
      remedy: expect.stringMatching(remedy),
    }),
  ]);
});

test('where the history is not that of the Dockerfile, nothing is said to be of the base image', async () => {
  const { findings } = await proofOf({
    dockerfile: 'FROM example.com/node:20\nCOPY . .\nRUN npm ci\n',
    layers: [
      ['COPY . .', leaky],
      ['something else', clean],
      ['RUN npm ci', clean],
    ],
  });
  expect(findings).toHaveLength(1);
  expect(findings[0]!.location).not.toHaveProperty('madeBy');
});

test('a leak in an exported cache is told as one', async () => {
  const { findings } = await proofOf({ dockerfile: 'FROM a\nRUN x\n', layers: [['RUN x', leaky]] }, 'cache');
  expect(findings).toEqual([
    expect.objectContaining({
      location: expect.objectContaining({ artifact: 'cache' }),
      remedy: expect.stringContaining('a cache export holds all stages'),
    }),
  ]);
});

test('a key that nobody declared fails in a layer of the user, and is only noted in one of the base image', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const file = (path: string): TarFile[] => [{ path, content: `${pem}` }];
  const { findings } = await proofOf({
    dockerfile: 'FROM example.com/node:20\nCOPY . .\n',
    layers: [
      ['ADD rootfs /', file('opt/base.pem')],
      ['COPY . .', file('app/own.pem')],
    ],
  });
  const told = new Map(findings.map((finding) => ['path' in finding.location ? finding.location.path : '', finding]));
  expect(told.get('app/own.pem')).toMatchObject({ rule: 'detected:private-key', level: 'error' });
  expect(told.get('opt/base.pem')).toMatchObject({
    rule: 'detected:private-key',
    level: 'note',
    remedy: expect.stringContaining('example.com/node:20'),
  });
  expect(findings).toHaveLength(2);
  expect(JSON.stringify(findings)).not.toContain(`${pem}`.split('\n')[1]);
});
