import { expect, test } from '@jest/globals';
import { isLz4, unlz4 } from '../../../../src/image/codecs/lz4.ts';
import { Xxh32 } from '../../../../src/image/codecs/xxh32.ts';
import { decodeAll } from '../chunks.ts';

const text = Buffer.from(
  Array.from({ length: 4000 }, (_, i) => `line ${i % 20} of a file that lz4 compresses\n`).join(''),
);

/** `text`, as lz4 1.9.4 wrote it: `-9 -BD -B4 -BX --content-size`, `-9 -B4`, `-l -9`. */
const written = {
  linked:
    'BCJNGFxA8EkCAAAAAADpjQEAAPEWbGluZSAwIG9mIGEgZmlsZSB0aGF0IGx6NCBjb21wcmVzc2VzCiUAHzElABEfMiUAER8zJQARHzQlABEfNSUAER82JQARHzclABEfOCUAER85TQESD3MBEw90ARIfMXUBEh8xdgESHzF3ARIfMXgBEh8xeQESHzF6ARIfMXsBEh8xfAEND+4C//////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////dQbHo0IGPp57jbCgEAAA/uAv/////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////oUCBvZiBhIAKjY1QAAAAP7gL//////////////////////////////////////////////////////////////////////////////////////////////////yJQc3NlcwpAN5f3AAAAABj2/D0=',
  independent:
    'BCJNGGRAp40BAADxFmxpbmUgMCBvZiBhIGZpbGUgdGhhdCBsejQgY29tcHJlc3NlcwolAB8xJQARHzIlABEfMyUAER80JQARHzUlABEfNiUAER83JQARHzglABEfOU0BEg9zARMPdAESHzF1ARIfMXYBEh8xdwESHzF4ARIfMXkBEh8xegESHzF7ARIfMXwBDQ/uAv/////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////3UGx6NCBjhwEAAPsWb21wcmVzc2VzCmxpbmUgOCBvZiBhIGZpbGUgdGhhdCBsejQgYyUAHzklABEvMTAmABIfMSYAEh8yJgASHzMmABIfNCYAEh81JgASHzYmABIfNyYAEg97ARIfMXwBEg97ARMPJQARD3kBEg94ARIPdwESD3YBEg91ARIPdAEDD+4C//////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////dQIG9mIGHUAAAA/xcgZmlsZSB0aGF0IGx6NCBjb21wcmVzc2VzCmxpbmUgMTYgb2YgYSYADR83JgASHzgmABIfOSYAER8wSwASDyUAER8yJQARHzMlABEfNCUAER81JQARD3UBEg90ARIPcwESD3IBEh8xcwETD3QBEh8xdQESHzF2ARIfMXcBEh4xeAEP7gL//////////////////////////////////////////////////////////////////////////////////////////////yVQc3NlcwoAAAAAGPb8PQ==',
  legacy:
    'AiFMGNkCAADxFmxpbmUgMCBvZiBhIGZpbGUgdGhhdCBsejQgY29tcHJlc3NlcwolAB8xJQARHzIlABEfMyUAER80JQARHzUlABEfNiUAER83JQARHzglABEfOU0BEg9zARMPdAESHzF1ARIfMXYBEh8xdwESHzF4ARIfMXkBEh8xegESHzF7ARIfMXwBDQ/uAv///////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////zNQc3Nlcwo=',
};
const files = Object.entries(written).map(([name, base64]) => [name, Buffer.from(base64, 'base64')] as const);
const linked = Buffer.from(written.linked, 'base64');
const skippable = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]), Buffer.from('hello')]);

test.each(files)('%s blocks decode, whatever the chunks', async (_, input) => {
  for (const sizes of [[1], [7, 300, 2], [65536]]) {
    const { output, damage } = await decodeAll(unlz4, input, sizes);
    expect(output.equals(text)).toBe(true);
    expect(damage).toEqual([]);
  }
});

test('frames one after another decode, with skippable ones and the legacy format among them', async () => {
  const input = Buffer.concat([linked, skippable, files[2]![1], files[1]![1], skippable]);
  const { output, damage } = await decodeAll(unlz4, input, [100]);
  expect(output.equals(Buffer.concat([text, text, text]))).toBe(true);
  expect(damage).toEqual([]);
});

test('blocks that are stored decode', async () => {
  const input = Buffer.concat([
    Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 5, 0, 0, 0x80]),
    Buffer.from('hello'),
    Buffer.alloc(4),
  ]);
  expect(await decodeAll(unlz4, input)).toMatchObject({ output: Buffer.from('hello'), damage: [] });
});

test.each(files)('wherever %s blocks are cut off, it says so', async (name, whole) => {
  for (let length = 8; length < whole.length - 1; length += 13) {
    const { output, damage } = await decodeAll(unlz4, whole.subarray(0, length));
    expect(damage).toEqual(['the lz4 data is cut off']);
    expect(text.subarray(0, output.length).equals(output)).toBe(true);
  }
  expect(name).toBeTruthy();
});

test('a changed byte behind the magic is always said', async () => {
  for (let at = 4; at < linked.length; at++) {
    const changed = Buffer.from(linked);
    changed[at]! ^= 0x41;
    expect((await decodeAll(unlz4, changed)).damage).not.toEqual([]);
  }
});

test.each([
  ['a header whose check does not hold', [0x60, 0x40, 0x83], 'an lz4 header cannot be read'],
  ['a dictionary', [0x61, 0x40, 1, 0, 0, 0, 0x60], 'an lz4 frame needs a dictionary'],
  ['a block longer than blocks may be', [0x60, 0x40, 0x82, 1, 0, 1, 0], 'the lz4 data is broken'],
  [
    'a match before the beginning',
    [0x60, 0x40, 0x82, 8, 0, 0, 0, 0x10, 0x61, 9, 0, 0x10, 0x61, 0, 0],
    'the lz4 data is broken',
  ],
])('%s is told as lost', async (_, bytes, why) => {
  const input = Buffer.from([0x04, 0x22, 0x4d, 0x18, ...bytes]);
  if (why.includes('dictionary')) input[10] = (new Xxh32().update(input.subarray(4, 10)).digest() >>> 8) & 0xff;
  expect(await decodeAll(unlz4, input)).toMatchObject({ damage: [why], lost: true });
});

test('bytes behind the last frame are damage, zeros are padding', async () => {
  expect((await decodeAll(unlz4, Buffer.concat([linked, Buffer.from('tail')]))).damage).toEqual([
    'there are bytes behind the end of the lz4 data',
  ]);
  expect((await decodeAll(unlz4, Buffer.concat([linked, Buffer.alloc(8)]))).damage).toEqual([]);
});

test('recognised by its magic and version', () => {
  expect(files.map(([, file]) => isLz4(file))).toEqual([true, true, true]);
  expect(isLz4(Buffer.from([0x04, 0x22, 0x4d, 0x18, 0xa0, 0x40, 0x82]))).toBe(false);
});

test('XXH32 of its reference values, in any pieces', () => {
  // xxhsum -H0 of xxHash
  expect(new Xxh32().digest()).toBe(0x02cc5d05);
  expect(new Xxh32().update(Buffer.from('a')).digest()).toBe(0x550d7456);
  const bytes = Buffer.from('a text that is longer than two stripes of sixteen bytes');
  const whole = new Xxh32().update(bytes).digest();
  for (let cut = 0; cut <= bytes.length; cut++)
    expect(new Xxh32().update(bytes.subarray(0, cut)).update(bytes.subarray(cut)).digest()).toBe(whole);
});
