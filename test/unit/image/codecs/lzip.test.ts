import { crc32 } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { isLzip, unlzip } from '../../../../src/image/codecs/lzip.ts';
import type { ReportDamage, Sink } from '../../../../src/image/sink.ts';
import { decodeAll } from '../chunks.ts';
import { compressed, mixed } from './corpus.ts';

const decoder = (out: Sink, damaged: ReportDamage): Sink =>
  unlzip(out, { damaged, unsupported: () => damaged('not supported') });

/** A member as lzip writes it, around what xz writes as .lzma with the properties that lzip always has. */
function lzip(input: Uint8Array): Buffer {
  const data = compressed('xz', ['--format=lzma', '--lzma1=preset=6,dict=1MiB'], input).subarray(13);
  const trailer = Buffer.alloc(20);
  trailer.writeUInt32LE(crc32(input), 0);
  trailer.writeBigUInt64LE(BigInt(input.length), 4);
  trailer.writeBigUInt64LE(BigInt(6 + data.length + 20), 12);
  return Buffer.concat([Buffer.from('LZIP\x01\x14'), data, trailer]);
}

test.each([[[1]], [[19, 200]], [[65536]]])('members decode, one after another, in chunks of %p', async (sizes) => {
  const parts = [mixed(9000), Buffer.alloc(0), mixed(40)];
  const { output, damage } = await decodeAll(decoder, Buffer.concat([...parts.map(lzip), Buffer.alloc(7)]), sizes);
  expect(output.equals(Buffer.concat(parts))).toBe(true);
  expect(damage).toEqual([]);
});

test('wherever it is cut off, it says so', async () => {
  const sample = mixed(3000);
  const whole = lzip(sample);
  for (let length = 1; length < whole.length; length += 7) {
    const { output, damage } = await decodeAll(decoder, whole.subarray(0, length));
    expect(damage).toEqual(['the lzip data is cut off']);
    expect(sample.subarray(0, output.length).equals(output)).toBe(true);
  }
});

test('a changed byte is said', async () => {
  const whole = lzip(mixed(2000));
  // the last eight bytes say the size of the member, the sixth one that of the window
  for (let at = 6; at < whole.length - 8; at += 1) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 0x41;
    expect([at, (await decodeAll(decoder, changed)).damage]).not.toEqual([at, []]);
  }
});

test('bytes behind the end, and a large window, are told', async () => {
  const whole = lzip(mixed(30));
  expect((await decodeAll(decoder, Buffer.concat([whole, Buffer.from('some tail')]))).damage).toEqual([
    'there are bytes behind the end of the lzip data',
  ]);
  expect((await decodeAll(decoder, Buffer.from('LZIP\x01\x1d and more'))).damage).toEqual(['not supported']);
  expect([isLzip(whole), isLzip(Buffer.from('LZIP\x02\x14'))]).toEqual([true, false]);
});
