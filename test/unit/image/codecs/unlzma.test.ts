import { crc32 } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { isLzma, unlzma, unlzmaZip } from '../../../../src/image/codecs/unlzma.ts';
import type { ReportDamage, Sink } from '../../../../src/image/sink.ts';
import { decodeAll } from '../chunks.ts';
import { compressed, mixed, samples } from './corpus.ts';

/** xz writes .lzma files without a size, and with an end marker. */
const lzma = (input: Uint8Array, ...args: string[]): Buffer => compressed('xz', ['--format=lzma', ...args], input);
const unsupported = (damaged: ReportDamage) => ({ damaged, unsupported: () => damaged('not supported') });
const decoder = (out: Sink, damaged: ReportDamage): Sink => unlzma(out, unsupported(damaged));

/** The same with its size in the header; xz's marker stays behind the last byte, as the format allows. */
function sized(input: Uint8Array): Buffer {
  const bytes = lzma(input);
  bytes.writeBigUInt64LE(BigInt(input.length), 5);
  return bytes;
}

test.each(samples)('%s decodes as xz wrote it', async (_, sample) => {
  for (const args of [[], ['--lzma1=preset=1,lc=1,lp=2,pb=0'], ['--lzma1=preset=0,dict=4KiB,lc=4,lp=0']]) {
    const { output, damage } = await decodeAll(decoder, lzma(sample, ...args));
    expect(output.equals(sample)).toBe(true);
    expect(damage).toEqual([]);
  }
  const { output, damage } = await decodeAll(decoder, sized(sample));
  expect(output.equals(sample)).toBe(true);
  expect(damage).toEqual([]);
});

test.each([[[1]], [[20, 3, 24]], [[65536]]])('it decodes in chunks of %p', async (sizes) => {
  const sample = mixed(20_000);
  for (const input of [lzma(sample), sized(sample)]) {
    const { output, damage } = await decodeAll(decoder, input, sizes);
    expect(output.equals(sample)).toBe(true);
    expect(damage).toEqual([]);
  }
});

test('more than the window holds decodes', async () => {
  const sample = Buffer.concat([mixed(1_500_000), Buffer.alloc(3_000_000, 1), mixed(800_000)]);
  const { output, damage } = await decodeAll(decoder, lzma(sample, '--lzma1=preset=1,dict=4KiB'));
  expect(output.equals(sample)).toBe(true);
  expect(damage).toEqual([]);
});

test('a member of a zip has a header of its own, and its size elsewhere', async () => {
  const sample = mixed(5000);
  const alone = lzma(sample);
  const member = Buffer.concat([Buffer.from([9, 20, 5, 0]), alone.subarray(0, 5), alone.subarray(13)]);
  for (const size of [sample.length, undefined]) {
    const { output, damage } = await decodeAll((out, damaged) => unlzmaZip(out, unsupported(damaged), size), member);
    expect(output.equals(sample)).toBe(true);
    expect(damage).toEqual([]);
  }
});

test('wherever it is cut off, it says so, and what was whole is handed on', async () => {
  const sample = mixed(20_000);
  for (const whole of [lzma(sample), sized(sample)])
    for (let length = 14; length < whole.length - 6; length += 53) {
      const { output, damage } = await decodeAll(decoder, whole.subarray(0, length));
      expect(damage).toEqual(['the lzma data is cut off']);
      expect(sample.subarray(0, output.length).equals(output)).toBe(true);
    }
});

test('a changed byte never throws, and broken data is told as lost', async () => {
  const whole = lzma(mixed(4000));
  for (let at = 0; at < whole.length; at += 3) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 0x41;
    await decodeAll(decoder, changed);
  }
  const broken = Buffer.from(whole).fill(0x55, 200, 400);
  expect(await decodeAll(decoder, broken)).toMatchObject({ damage: ['the lzma data is broken'], lost: true });
});

test('the last symbols may need no bytes any more', async () => {
  // the header of an archive of 7-Zip 26.02 with a header of its own: xz leaves the size out and marks the end
  const lines = [
    'XQAQAABGAQAAAAAAAAAAgTMHrg/X+zC4+rhI5WvhuM7Ulad0ckQ/pRH76uLkqsHq74ecPsX7ylPAqI6FNxneR+LdAn9lH25PnVbe',
    'tai3UhUgcIHZCWVwNvbzZwAAQBJem2/OVtX+x2xF8j5NvB2XfQ2tniKar/SE+AeuZfsjHBKZpYq/jJRyrnA8tnzBgt6i/Ecgy58a',
    '0LIJxxx4VjTeekm9p2j6GwIADN6gow0tdTjgpxIs35T9l32H9IAmexBgTNxPs73NdTjfBTvdiOqscAAAAA==',
  ];
  const { output, damage } = await decodeAll(decoder, Buffer.from(lines.join(''), 'base64'));
  expect([output.length, crc32(output), damage]).toEqual([326, 4052383096, []]);
});

test('bytes behind the end are damage, zeros are padding', async () => {
  const whole = lzma(Buffer.from('abc'));
  for (const sizes of [[1], [65536]]) {
    const { output, damage } = await decodeAll(decoder, Buffer.concat([whole, Buffer.from('tail')]), sizes);
    expect(output.toString()).toBe('abc');
    expect(damage).toEqual(['there are bytes behind the end of the lzma data']);
    expect((await decodeAll(decoder, Buffer.concat([whole, Buffer.alloc(9)]), sizes)).damage).toEqual([]);
  }
});

test('a window of more than 64 MiB is not supported, unless the data is short', async () => {
  const whole = lzma(mixed(100), '--lzma1=preset=0,dict=128MiB');
  expect((await decodeAll(decoder, whole)).damage).toEqual(['not supported']);
  whole.writeBigUInt64LE(100n, 5);
  expect(await decodeAll(decoder, whole)).toMatchObject({ output: mixed(100), damage: [] });
});

test('recognised by its header, with other properties only by name too', () => {
  const usual = lzma(Buffer.from('a'));
  const other = lzma(Buffer.from('a'), '--lzma1=preset=1,lc=1');
  expect([isLzma(usual, false), isLzma(usual, true), isLzma(other, false), isLzma(other, true)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect(isLzma(Buffer.from(']]> is how a text may begin, and no header'), true)).toBe(false);
  expect(isLzma(Buffer.alloc(64), true)).toBe(false);
});
