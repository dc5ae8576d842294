import { expect, test } from '@jest/globals';
import { scanImage } from '../../../../src/scan/index.ts';
import { Layout, memorySource } from '../../image/build-image.ts';
import { buildTar } from '../../image/build-tar.ts';
import { compressed } from '../../image/codecs/corpus.ts';
import { secret, token } from '../secrets.ts';

const secretTar = buildTar([{ path: 'key', content: `k=${token}` }]);

test.each(['gzip', 'bzip2', 'xz'])('a tar in %s in a layer is opened, and the file in it named', async (program) => {
  const layout = new Layout();
  const files = [
    { path: 'backup', content: compressed(program, [], secretTar) },
    { path: 'clean', content: compressed(program, [], buildTar([{ path: 'key', content: 'k=another' }])) },
  ];
  layout.root([layout.image([files])]);
  const { findings, incomplete, coverage } = await scanImage(memorySource(layout.files), [secret()]);
  expect(findings.map(({ form, location }) => [form, location])).toEqual([
    [[program, 'tar key'], expect.objectContaining({ path: 'backup', offset: 2 })],
  ]);
  expect(incomplete).toEqual([]);
  expect(coverage).toMatchObject({ notOpened: {}, damaged: { count: 0 } });
  expect(coverage.opened[program]).toBeGreaterThanOrEqual(2);
});

test('an xz with a filter for programs is counted, and named', async () => {
  const content = compressed('xz', ['--x86', '--lzma2=preset=0'], secretTar);
  const { coverage } = await scanImage(memorySource(new Map([['a.xz', content]]), 'files'), [secret()]);
  expect(coverage.notOpened).toEqual({ 'xz with another filter or a large window': 1 });
  expect(coverage.notOpenedExamples).toEqual([expect.objectContaining({ where: 'a.xz' })]);
});

test.each(['bzip2', 'xz'])('a broken file in %s is incomplete when something of it is lost', async (program) => {
  const whole = compressed(program, [], secretTar);
  whole.fill(0x55, 30, 60);
  const { incomplete } = await scanImage(memorySource(new Map([['a', whole]]), 'files'), [secret()]);
  expect(incomplete.map(({ why }) => why)).toEqual([`the ${program} data is broken`]);
});

const packed = (program: string, content = 'first'): Buffer => compressed(program, [], Buffer.from(content));

test.each([
  ['gzip', 'gzip'],
  ['gzip', 'bzip2'],
  ['gzip', 'xz'],
])('behind %s and zeros a file in %s is opened', async (first, second) => {
  for (const zeros of [0, 1, 70_000])
    for (const chunkBytes of [1000, 65536]) {
      const content = Buffer.concat([packed(first), Buffer.alloc(zeros), packed(second, `k=${token}`)]);
      const { findings } = await scanImage(memorySource(new Map([['a', content]]), 'files', chunkBytes), [secret()]);
      expect(findings.flatMap(({ form = [] }) => form)).toContain(second);
    }
});

test('a gzip file with reserved flags is opened, as Python opens it', async () => {
  const content = packed('gzip', `k=${token}`);
  content[3]! |= 0xe0;
  const { findings } = await scanImage(memorySource(new Map([['a', content]]), 'files'), [secret()]);
  expect(findings).toHaveLength(1);
});
