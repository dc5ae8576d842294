import { expect, test } from '@jest/globals';
import { isBzip2, unbzip2 } from '../../../../src/image/codecs/bzip2.ts';
import { decodeAll } from '../chunks.ts';
import { compressed, mixed, samples } from './corpus.ts';

const bzip2 = (input: Uint8Array, ...args: string[]): Buffer => compressed('bzip2', args, input);

test.each(samples)('%s decodes as bzip2 wrote it', async (_, sample) => {
  for (const level of ['-1', '-9']) {
    const { output, damage } = await decodeAll(unbzip2, bzip2(sample, level));
    expect(output.equals(sample)).toBe(true);
    expect(damage).toEqual([]);
  }
});

test('runs of every length decode', async () => {
  const sample = Buffer.concat(Array.from({ length: 600 }, (_, length) => Buffer.alloc(length, length & 1 ? 65 : 66)));
  const { output, damage } = await decodeAll(unbzip2, bzip2(sample));
  expect(output.equals(sample)).toBe(true);
  expect(damage).toEqual([]);
});

test('blocks and streams one after another decode whatever the chunks', async () => {
  const parts = [mixed(250_000), Buffer.alloc(0), mixed(120_000)];
  const input = Buffer.concat(parts.map((part) => bzip2(part, '-1')));
  for (const sizes of [[700, 1, 3], [65536]]) {
    const { output, damage } = await decodeAll(unbzip2, input, sizes);
    expect(output.equals(Buffer.concat(parts))).toBe(true);
    expect(damage).toEqual([]);
  }
});

test('wherever it is cut off, it says so, and what was whole is handed on', async () => {
  const sample = mixed(250_000);
  const whole = bzip2(sample, '-1');
  for (let length = 14; length < whole.length; length += Math.ceil(whole.length / 40)) {
    const { output, damage } = await decodeAll(unbzip2, whole.subarray(0, length));
    expect(damage).toEqual(['the bzip2 data is cut off']);
    expect(sample.subarray(0, output.length).equals(output)).toBe(true);
  }
});

test('a changed byte behind the header is always said', async () => {
  const sample = mixed(4000);
  const whole = bzip2(sample);
  for (let at = 4; at < whole.length - 1; at += 1) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 0x41;
    expect((await decodeAll(unbzip2, changed)).damage).not.toEqual([]);
  }
});

test('bytes behind the end are damage, zeros are padding', async () => {
  const whole = bzip2(Buffer.from('abc'));
  const { output, damage } = await decodeAll(unbzip2, Buffer.concat([whole, Buffer.from('tail')]));
  expect(output.toString()).toBe('abc');
  expect(damage).toEqual(['there are bytes behind the end of the bzip2 data']);
  expect((await decodeAll(unbzip2, Buffer.concat([whole, Buffer.alloc(9)]))).damage).toEqual([]);
});

test('recognised by its header and the magic behind it', () => {
  expect(isBzip2(bzip2(Buffer.from('a')))).toBe(true);
  expect(isBzip2(bzip2(Buffer.alloc(0)))).toBe(true);
  expect(isBzip2(Buffer.from('BZh is how a text may begin'))).toBe(false);
});
