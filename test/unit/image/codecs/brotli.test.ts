import { randomBytes } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { unbrotli } from '../../../../src/image/codecs/brotli.ts';
import { decodeAll } from '../chunks.ts';
import { mixed } from './corpus.ts';

async function decode(input: Uint8Array, sizes?: readonly number[]): Promise<{ output: Buffer; said: string[] }> {
  const said: string[] = [];
  const { output } = await decodeAll(
    (out) =>
      unbrotli(out, {
        found: () => {
          said.push('found');
          return true;
        },
        broken: () => void said.push('broken'),
      }),
    input,
    sizes,
  );
  return { output, said };
}

test.each([[[1]], [[700, 3]], [[65536]]])('it decodes in chunks of %p', async (sizes) => {
  const sample = Buffer.concat([mixed(20_000), randomBytes(3000), Buffer.alloc(2_000_000)]);
  const { output, said } = await decode(brotliCompressSync(sample), sizes);
  expect(output.equals(sample)).toBe(true);
  expect(said).toEqual(['found']);
});

test('what breaks off, or has a tail, is handed on as far as it goes and told as broken', async () => {
  const sample = mixed(300_000);
  const whole = brotliCompressSync(sample);
  for (const input of [whole.subarray(0, -20), Buffer.concat([whole, Buffer.from('tail')])])
    for (const sizes of [[65536], [whole.length, 1]]) {
      const { output, said } = await decode(input, sizes);
      expect(said).toEqual(['found', 'broken']);
      expect(output.length).toBeGreaterThan(1000);
      expect(sample.subarray(0, output.length).equals(output)).toBe(true);
    }
});

test('what never decodes to anything was no brotli', async () => {
  for (const input of ['# a text', '', '\xff\xff\xff\xff\xff']) {
    const { output, said } = await decode(Buffer.from(input, 'latin1'));
    expect([output.length, said]).toEqual([0, []]);
  }
});

test('a search that fails behind it ends it', async () => {
  const sink = unbrotli(
    {
      done: false,
      push: () => Promise.reject(new Error('stopped')),
      end: () => Promise.resolve(),
      close: () => {},
    },
    { found: () => true, broken: () => {} },
  );
  const run = async (): Promise<void> => {
    await sink.push(brotliCompressSync(mixed(2000)));
    await sink.end();
  };
  await expect(run()).rejects.toThrow('stopped');
});
