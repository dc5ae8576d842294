import { expect, test } from '@jest/globals';
import { scanImage } from '../../../src/scan/index.ts';
import { Layout, memorySource } from '../image/build-image.ts';
import { secret } from './secrets.ts';

const weak = secret('POSTGRES_PASSWORD', 'postgres', 'too common a word to be searched for');

test('a weak value under its own name fails in the config, is told in a file, and by itself is nothing', async () => {
  const layout = new Layout();
  const layers = [
    [
      { path: 'usr/share/doc/README', content: 'docker run -e POSTGRES_PASSWORD=postgres postgres' },
      { path: 'etc/passwd', content: 'postgres:x:70:70:postgres:/var/lib/postgresql' },
    ],
  ];
  layout.root([layout.image(layers, { config: { Env: ['POSTGRES_PASSWORD=postgres', 'POSTGRES_USER=postgres'] } })]);
  const { findings, coverage } = await scanImage(memorySource(layout.files), [weak]);
  expect(findings).toHaveLength(2);
  expect(findings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        level: 'warning',
        form: ['assignment'],
        location: expect.objectContaining({ place: 'layer', path: 'usr/share/doc/README' }),
      }),
      expect.objectContaining({
        level: 'error',
        form: ['assignment'],
        location: expect.objectContaining({ place: 'config', path: '/config/Env/0' }),
      }),
    ]),
  );
  expect(JSON.stringify(findings)).not.toContain('=postgres');
  expect(coverage).toMatchObject({ secrets: [], weak: [{ secret: 'POSTGRES_PASSWORD', searchedAs: 'assignment' }] });
});
