import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { isXz, unxz } from '../../../../src/image/codecs/xz.ts';
import type { ReportDamage, Sink } from '../../../../src/image/sink.ts';
import { decodeAll } from '../chunks.ts';
import { compressed, mixed, samples } from './corpus.ts';

const xz = (input: Uint8Array, ...args: string[]): Buffer => compressed('xz', args, input);
const elf = readFileSync(process.execPath).subarray(0, 300_000);
const decoder = (out: Sink, damaged: ReportDamage): Sink =>
  unxz(out, { damaged, unsupported: () => damaged('not supported') });

test.each(samples)('%s decodes as xz wrote it', async (_, sample) => {
  for (const args of [[], ['-0'], ['-9e', '--check=sha256']]) {
    const { output, damage } = await decodeAll(decoder, xz(sample, ...args));
    expect(output.equals(sample)).toBe(true);
    expect(damage).toEqual([]);
  }
});

test.each([
  ['one thread and small blocks', ['-0', '--block-size=70000']],
  ['sizes in the block headers', ['-0', '-T2', '--block-size=70000']],
  ['no check', ['--check=none']],
  ['CRC32', ['--check=crc32']],
  ['literal and position bits', ['--lzma2=preset=6,lc=0,lp=4,pb=0']],
  ['other position bits', ['--lzma2=preset=6,lc=4,lp=0,pb=4']],
  ['the fast mode', ['--lzma2=preset=1,mode=fast,mf=hc3']],
])('options decode: %s', async (_, args) => {
  const sample = mixed(300_000);
  const { output, damage } = await decodeAll(decoder, xz(sample, ...args));
  expect(output.equals(sample)).toBe(true);
  expect(damage).toEqual([]);
});

test('more than the window holds decodes', async () => {
  const sample = Buffer.concat([mixed(2_500_000), mixed(800_000)]);
  const { output, damage } = await decodeAll(decoder, xz(sample, '--lzma2=preset=1,dict=4KiB'));
  expect(output.equals(sample)).toBe(true);
  expect(damage).toEqual([]);
});

test('streams one after another, padded, decode whatever the chunks', async () => {
  const parts = [mixed(3000), Buffer.alloc(0), mixed(9000)];
  const input = Buffer.concat(parts.flatMap((part) => [xz(part), Buffer.alloc(8)]));
  for (const sizes of [[1], [7, 1, 300], [65536]]) {
    const { output, damage } = await decodeAll(decoder, input, sizes);
    expect(output.equals(Buffer.concat(parts))).toBe(true);
    expect(damage).toEqual([]);
  }
});

test('wherever it is cut off, it says so, and what was whole is handed on', async () => {
  const sample = mixed(60_000);
  const whole = xz(sample, '-0', '--block-size=20000');
  for (let length = 12; length < whole.length; length += 97) {
    const { output, damage } = await decodeAll(decoder, whole.subarray(0, length));
    expect(damage).toEqual(['the xz data is cut off']);
    expect(sample.subarray(0, output.length).equals(output)).toBe(true);
  }
});

test.each(['crc32', 'crc64', 'sha256'])('a changed byte is said, with a check by %s', async (check) => {
  const whole = xz(mixed(1500), `--check=${check}`);
  for (let at = 0; at < whole.length; at += 1) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 0x41;
    expect((await decodeAll(decoder, changed)).damage).not.toEqual([]);
  }
});

test('content that is not what its check says is handed on, and said', async () => {
  const sample = mixed(1500);
  // the check of the only block stands before the index (12 bytes here) and the footer (12)
  const whole = xz(sample, '--check=crc64');
  whole[whole.length - 28]! ^= 1;
  const { output, damage, lost } = await decodeAll(decoder, whole);
  expect(output.equals(sample)).toBe(true);
  expect(damage).toEqual(['the check of the xz data does not hold']);
  expect(lost).toBe(false);
});

test('bytes behind the end are damage', async () => {
  const { output, damage } = await decodeAll(decoder, Buffer.concat([xz(Buffer.from('abc')), Buffer.from('tail')]));
  expect(output.toString()).toBe('abc');
  expect(damage).toEqual(['there are bytes behind the end of the xz data']);
});

/** Bytes of which every other one belongs to what a filter looks for, so that calls stand next to and in each other. */
function program(size: number, common: readonly number[]): Buffer {
  return randomBytes(size).map((byte) => (byte < 200 ? common[byte % common.length]! : byte)) as Buffer;
}

const lzma2 = '--lzma2=preset=1';

test.each<[string, string[], number[]]>([
  ['x86', ['--x86'], [0xe8, 0xe9, 0x00, 0xff]],
  ['x86 from another address', ['--x86=start=4096'], [0xe8, 0xe9, 0x00, 0xff]],
  ['x86 at the end of the addresses', ['--x86=start=4294963200'], [0xe8, 0xe9, 0x00, 0xff]],
  ['PowerPC', ['--powerpc'], [0x48, 0x01, 0x4b]],
  ['PowerPC at the end of the addresses', ['--powerpc=start=4294963200'], [0x48, 0x01, 0x4b]],
  ['IA-64', ['--ia64=start=4294963200'], [0x10, 0x16, 0x50, 0x00, 0x00, 0x0a]],
  ['ARM', ['--arm=start=4294963200'], [0xeb]],
  ['ARM-Thumb', ['--armthumb=start=4294963202'], [0xf0, 0xf8, 0xf7, 0xff]],
  ['SPARC', ['--sparc=start=4294963200'], [0x40, 0x00, 0x7f, 0xff]],
  ['ARM64', ['--arm64=start=4294963200'], [0x94, 0x97, 0x90, 0xb0, 0x00, 0xff]],
  ['delta', ['--delta=dist=1'], [1, 2]],
  ['delta over 256 bytes', ['--delta=dist=256'], [1, 2]],
  ['three filters', ['--x86', '--delta=dist=4', '--arm'], [0xe8, 0x00, 0xff, 0xeb]],
])('a program behind the filter for %s decodes as xz wrote it', async (_, filters, common) => {
  for (const sample of [program(70_000, common), program(3, common), Buffer.alloc(0), elf]) {
    const input = xz(sample, ...filters, lzma2, '--check=sha256');
    for (const sizes of [[65536], [1000, 3]]) {
      const { output, damage } = await decodeAll(decoder, input, sizes);
      expect([output.equals(sample), damage]).toEqual([true, []]);
    }
  }
});

test('what goes through filters is handed on as far as it is there when it is cut off', async () => {
  const sample = program(200_000, [0xe8, 0xeb, 0]);
  const whole = xz(sample, '--delta=dist=3', '--x86', '--arm', lzma2);
  const { output: all } = await decodeAll(decoder, whole);
  const { output, damage } = await decodeAll(decoder, whole.subarray(0, whole.length - 60_000));
  expect([all.equals(sample), damage]).toEqual([true, ['the xz data is cut off']]);
  // of the instruction that is cut the first bytes may not be changed back
  const sure = output.length - 8;
  expect(sure).toBeGreaterThan(20_000);
  expect(sample.subarray(0, sure).equals(output.subarray(0, sure))).toBe(true);
});

/** Gives the first block another filter: its id, and the checksum of its header. */
function withFilter(whole: Buffer, id: number): Buffer {
  const changed = Buffer.from(whole);
  const length = (changed[12]! + 1) * 4;
  changed[14] = id;
  changed.writeUInt32LE(crc32(changed.subarray(12, 12 + length - 4)), 12 + length - 4);
  return changed;
}

test.each<[string, Buffer]>([
  ['a filter that nobody knows', withFilter(xz(mixed(1000), '--arm', lzma2), 0x0c)],
  ['a filter that begins between instructions', withFilter(xz(mixed(1000), '--armthumb=start=2', lzma2), 0x07)],
  ['a window of more than 64 MiB', xz(mixed(1000), '--lzma2=preset=0,dict=128MiB')],
])('%s is not supported, and said', async (_, input) => {
  expect((await decodeAll(decoder, input)).damage).toEqual(['not supported']);
});

test('recognised by its magic', () => {
  expect(isXz(xz(Buffer.from('a')))).toBe(true);
  expect(isXz(Buffer.from('\xfd7zXY\0\0\0\0\0\0\0', 'latin1'))).toBe(false);
  expect(isXz(Buffer.from('\xfd7zXZ\0', 'latin1'))).toBe(false);
});
