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
