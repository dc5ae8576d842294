import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { secret } from '../secrets.ts';
import { scanFileOf, silentOnes, wrappers } from './wrappers.ts';

test.each(wrappers)('the token in $name is found when it is whole', async ({ bytes, path, recognised }) => {
  const result = await scanFileOf(bytes, path);
  expect(result.findings).toHaveLength(1);
  expect(result).toMatchObject({ incomplete: [], coverage: { damaged: { count: 0 }, notOpened: {} } });
  expect(bytes.length).toBeGreaterThan(recognised === Number.POSITIVE_INFINITY ? 0 : recognised);
});

test.each(wrappers)(
  '$name that is cut off at any byte is not taken for clean',
  async (wrapper) => {
    const { bytes, path, recognised, wholeAt } = wrapper;
    const cut = new Map<string, Buffer>();
    for (let length = 1; length < bytes.length; length++) cut.set(String(length), bytes.subarray(0, length));
    const silent = (await silentOnes(cut, path)).map(Number);
    expect(silent.filter((length) => length >= recognised && wholeAt?.(length) !== true)).toEqual([]);
  },
  600_000,
);

test.each(wrappers)(
  '$name with any bytes changed never ends the scan',
  async ({ bytes, path }) => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
    const variant = fc.record({
      changes: fc.array(change, { minLength: 1, maxLength: 6 }),
      tail: fc.nat(bytes.length),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(variant, { minLength: 10, maxLength: 10 }), async (variants) => {
        const files = variants.map(({ changes, tail }, index): [string, Buffer] => {
          const changed = Buffer.concat([bytes, bytes.subarray(tail)]);
          for (const { at, byte } of changes) changed[at] = byte;
          return [`${index}/${path}`, changed];
        });
        const limits = { maxStreamBytes: 4_000_000 };
        const { coverage } = await scanImage(memorySource(new Map(files), 'files'), [secret()], { limits });
        expect(coverage.entries).toBe(files.length);
      }),
      { numRuns: 3 },
    );
  },
  600_000,
);

test.each(wrappers.filter(({ name }) => ['gzip', 'xz', 'bzip2'].includes(name)))(
  '$name with one byte changed is found, or said to be broken',
  async ({ bytes, path, recognised }) => {
    const files = new Map<string, Buffer>();
    // behind its header, in which a name or a time may change unseen
    for (let at = recognised; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 0x20;
      files.set(String(at), changed);
    }
    expect(await silentOnes(files, path)).toEqual([]);
  },
  600_000,
);
