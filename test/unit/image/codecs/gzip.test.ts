import { randomBytes } from 'node:crypto';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gunzip } from '../../../../src/image/codecs/gzip.ts';
import { decodeAll } from '../chunks.ts';

const noise = randomBytes(300_000);
const text = Buffer.from('all work and no play makes a dull test\n'.repeat(20_000));
const behind = 'there are bytes behind the end of the gzip data';

test('members one after another decode to their contents, whatever the chunks', async () => {
  const contents = fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 4 });
  const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(contents, sizes, async (parts, cuts) => {
      const result = await decodeAll(gunzip, Buffer.concat(parts.map((part) => gzipSync(part))), cuts);
      expect(result).toEqual({ output: Buffer.concat(parts), damage: [], lost: false });
    }),
    { numRuns: 60 },
  );
});

test('large members are decoded whole', async () => {
  const input = Buffer.concat([gzipSync(noise), gzipSync(text), gzipSync(Buffer.alloc(0)), gzipSync(text)]);
  const { output, damage } = await decodeAll(gunzip, input);
  expect(output.equals(Buffer.concat([noise, text, text]))).toBe(true);
  expect(damage).toEqual([]);
});

test('a header with extra field, name, comment and checksum is passed over', async () => {
  const extra = Buffer.concat([Buffer.from([3, 0]), Buffer.from('abc')]);
  const header = Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 255]);
  const fields = Buffer.concat([header, extra, Buffer.from('name\0'), Buffer.from('comment\0'), Buffer.from([0, 0])]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(text), 0);
  trailer.writeUInt32LE(text.length, 4);
  const { output, damage } = await decodeAll(gunzip, Buffer.concat([fields, deflateRawSync(text), trailer]), [3]);
  expect(output.equals(text)).toBe(true);
  expect(damage).toEqual([]);
});

test.each([
  ['in one chunk', 1 << 24],
  ['in chunks', 1000],
])('bytes behind the last member are damage, and nothing decoded is dropped, %s', async (_, size) => {
  for (const tail of [Buffer.from('not-gzip'), Buffer.concat([Buffer.alloc(40), Buffer.from('x')])]) {
    for (const content of [text, noise]) {
      const { output, damage, lost } = await decodeAll(gunzip, Buffer.concat([gzipSync(content), tail]), [size]);
      expect(output.equals(content)).toBe(true);
      expect(damage).toEqual([behind]);
      expect(lost).toBe(false);
    }
  }
});

test('zeros between members are padding', async () => {
  for (const zeros of [1, 511, 70_000])
    for (const size of [1, 1000, 1 << 24]) {
      const input = Buffer.concat([
        gzipSync('one'),
        Buffer.alloc(zeros),
        gzipSync('two'),
        Buffer.alloc(3),
        gzipSync('!'),
      ]);
      expect(await decodeAll(gunzip, input, [size])).toEqual({
        output: Buffer.from('onetwo!'),
        damage: [],
        lost: false,
      });
    }
});

test('what stands behind the last member is handed on whole', async () => {
  for (const tail of ['not-gzip', '\x1fnot', '\x1f\x8bnot', '\x1f\x8b\x1f\x8b\x08'])
    for (const size of [1, 3, 1000]) {
      const rest: Buffer[] = [];
      const behindSink = {
        done: false,
        push: async (chunk: Uint8Array) => void rest.push(Buffer.from(chunk)),
        end: () => Promise.resolve(),
        close: () => {},
      };
      const input = Buffer.concat([gzipSync('one'), Buffer.alloc(5), Buffer.from(tail, 'latin1')]);
      const { output, damage } = await decodeAll(
        (out, damaged) => gunzip(out, damaged, { behind: () => behindSink }),
        input,
        [size],
      );
      expect(Buffer.concat(rest).toString('latin1')).toBe(tail);
      expect([output.toString(), damage]).toEqual(['one', [behind]]);
    }
});

test('zeros behind the last member are padding', async () => {
  const { output, damage } = await decodeAll(gunzip, Buffer.concat([gzipSync(text), Buffer.alloc(700)]), [100]);
  expect(output.equals(text)).toBe(true);
  expect(damage).toEqual([]);
});

test('data that is cut off gives all that can be decoded, and damage', async () => {
  const whole = gzipSync(text);
  for (const missing of [1, 8, 9, 200]) {
    const { output, damage, lost } = await decodeAll(gunzip, whole.subarray(0, -missing));
    expect(text.subarray(0, output.length).equals(output)).toBe(true);
    expect(damage).toHaveLength(1);
    expect(lost).toBe(false);
  }
});

test('a wrong checksum is damage, and the next member is decoded all the same', async () => {
  const first = gzipSync(text);
  first.writeUInt32LE(1, first.length - 8);
  const { output, damage } = await decodeAll(gunzip, Buffer.concat([first, gzipSync('more')]));
  expect(output.equals(Buffer.concat([text, Buffer.from('more')]))).toBe(true);
  expect(damage).toEqual(['the checksum of the gzip data does not hold']);
});

test('broken deflate data is damage by which bytes may be lost', async () => {
  const broken = Buffer.concat([gzipSync(noise).subarray(0, 10), Buffer.from([0xff, 0xff, 0xff]), noise]);
  expect(await decodeAll(gunzip, broken)).toMatchObject({ damage: ['the compressed data is broken'], lost: true });
});

test('an error of the reader of the output reaches the writer', async () => {
  const failing = {
    done: false,
    push: () => Promise.reject(new Error('full')),
    end: () => Promise.resolve(),
    close: () => {},
  };
  await expect(gunzip(failing, () => {}).push(gzipSync(text))).rejects.toThrow('full');
  await expect(gunzip(failing, () => {}).push(gzipSync(noise))).rejects.toThrow('full');
});
