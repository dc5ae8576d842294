import * as zlib from 'node:zlib';
import { expect, test } from '@jest/globals';
import { unzstd } from '../../../../src/image/codecs/zstd.ts';
import { decodeAll } from '../chunks.ts';
import { compressed as compressedBy, samples } from './corpus.ts';

/** 400 lines, compressed by zstd 1.5.4 with -19 --check. */
const compressed = Buffer.from(
  'KLUv/QRolQ8AxnRWG3BJkjQGXPigKqQ048HA/99rrRFCpGxlSn8XWGIAYABAAMUikUgkEolEIpE4HA6Hw+FwOByWZVmWZVmWJUmSJEmSJEmO4ziO4ziO4+7u7u6uqqqqquqcc84555yCGAoZ0wSAcICAcMBgAQIFAg5IQGgwIUCBhAcHDBAYIAEFCw8SGDgQS3JcDVEgpkgcluS4mqEwTJE4LMlxNaVQpkgcluS4GlIgUyQOS3JczSiMKTbEZtiUDdmMzTbazAqbQkNoBk3REM3QTCPNqKApEoclOa5mCjNF4rAkx9VZKMxisVgsFovFqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqrCqEgcluS4mkKhoCJxWJLjaopCMUXiELu7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u9vd3d3d3d1dVVXVgZCoIRB5w/5n0Teq1RJAEPj/P0EA/gH//f///////7////f//xsv++7/////f///3///9/9/////M/xq9JB8rbjefQVKfldc714hJb8V13uvQMnfiuvee997r02S8973Xpv8XrvefQHiAhABQAAACAAAAAAAAACIEhUQv8PP8Cv8EH6Dn+AX+DHAwSzBLILBPnonAFUFYTZSYQ==',
  'base64',
);
const text = Buffer.from(Array.from({ length: 400 }, (_, i) => `line ${i} of a file that zstd compresses\n`).join(''));
const skippable = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]), Buffer.from('hello')]);
const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** A frame of one raw block, with a window descriptor; `descriptor` and what follows it may be chosen. */
function rawFrame(content: string, header = Buffer.from([0x00, 0x58])): Buffer {
  const block = Buffer.alloc(3);
  block.writeUIntLE((content.length << 3) | 1, 0, 3);
  return Buffer.concat([magic, header, block, Buffer.from(content)]);
}

test.each([[[1]], [[2, 5]], [[511]], [[65536]]])(
  'frames and skippable frames decode in chunks of %p',
  async (sizes) => {
    const input = Buffer.concat([
      skippable,
      compressed,
      rawFrame('raw'),
      skippable,
      compressed,
      rawFrame(''),
      skippable,
    ]);
    const { output, damage } = await decodeAll(unzstd, input, sizes);
    expect(output.equals(Buffer.concat([text, Buffer.from('raw'), text]))).toBe(true);
    expect(damage).toEqual([]);
  },
);

test('a run-length block decodes to its run', async () => {
  const block = Buffer.alloc(3);
  block.writeUIntLE((100_000 << 3) | (1 << 1) | 1, 0, 3);
  const input = Buffer.concat([magic, Buffer.from([0x00, 0x58]), block, Buffer.from('a')]);
  const { output, damage } = await decodeAll(unzstd, input, [1]);
  expect(output.toString()).toBe('a'.repeat(100_000));
  expect(damage).toEqual([]);
});

test('of a window of more than 128 MiB no more is used', async () => {
  const block = Buffer.from([0x02, 0x00, 0x10, 0x61]);
  const last = Buffer.from([0x03, 0x00, 0x10, 0x61]);
  const frame = (blocks: number): Buffer =>
    Buffer.concat([magic, Buffer.from([0x00, 0xa8]), ...Array.from({ length: blocks }, () => block), last]);
  const why = 'a zstd frame needs a window of more than 128 MiB';
  expect(await decodeAll(unzstd, frame(1030))).toMatchObject({ damage: [why], lost: true });
  // Node's own decoder, from 22.15 on, only reserves it
  const few = await decodeAll(unzstd, frame(10));
  expect(few.damage).toEqual('createZstdDecompress' in zlib ? [] : [why]);
});

test('a wrong checksum is damage', async () => {
  for (const at of [1, 4]) {
    const input = Buffer.from(compressed);
    input[input.length - at]! ^= 1;
    const { output, damage, lost } = await decodeAll(unzstd, Buffer.concat([input, compressed]), [100]);
    expect(damage).toEqual(['the checksum of the zstd data does not hold']);
    expect(lost).toBe(true);
    expect(output.equals(text)).toBe(true);
  }
});

test('what the zstd tool makes of any content, at any level and window, decodes to it', async () => {
  for (const [, bytes] of samples)
    for (const args of [['-1'], ['-19', '--check'], ['-3', '--long=27', '--no-check']]) {
      const { output, damage } = await decodeAll(unzstd, compressedBy('zstd', args, bytes), [50_000]);
      expect(damage).toEqual([]);
      expect(output.equals(bytes)).toBe(true);
    }
});

test('a cut anywhere is damage', async () => {
  for (let missing = 1; missing < compressed.length; missing += 25) {
    const { damage } = await decodeAll(unzstd, Buffer.concat([skippable, compressed.subarray(0, -missing)]));
    expect(damage).toEqual(['the zstd data is cut off']);
  }
});

test('bytes behind the last frame are damage, zeros are padding', async () => {
  const garbage = await decodeAll(unzstd, Buffer.concat([compressed, Buffer.from('garbage')]));
  expect(garbage.damage).toEqual(['there are bytes behind the end of the zstd data']);
  expect(garbage.output.equals(text)).toBe(true);
  expect((await decodeAll(unzstd, Buffer.concat([compressed, Buffer.alloc(12)]))).damage).toEqual([]);
});

test('a frame that cannot be decoded is damage by which bytes are lost', async () => {
  const cases: [Buffer, unknown][] = [
    [rawFrame('x', Buffer.from([0x01, 0x58, 7])), 'a zstd frame needs a dictionary'],
    [rawFrame('x', Buffer.from([0x08, 0x58])), 'a zstd frame uses a reserved bit'],
    [rawFrame('abc', Buffer.from([0x20, 9])), 'a zstd frame decodes to another size than it claims'],
    [Buffer.concat([magic, Buffer.from([0x00, 0x58, 0x07, 0, 0])]), 'a zstd block has a reserved type'],
    [
      Buffer.concat([compressed.subarray(0, 60), Buffer.alloc(20, 0xff), compressed.subarray(80)]),
      // what is decoded from it differs by decoder
      expect.stringMatching(/^the zstd data is broken$|^the checksum of the zstd data does not hold$/),
    ],
  ];
  for (const [input, why] of cases) expect(await decodeAll(unzstd, input)).toMatchObject({ damage: [why], lost: true });
});
