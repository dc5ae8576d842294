import { constants, deflateRawSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { DeflateDecoder } from '../../../../src/image/codecs/deflate/decoder.ts';
import type { RawInflate } from '../../../../src/image/codecs/deflate/raw-inflate.ts';
import { WasmInflate } from '../../../../src/image/codecs/deflate/wasm-inflate.ts';
import { ZlibInflate } from '../../../../src/image/codecs/deflate/zlib-inflate.ts';
import { Inflate } from '../../../../src/image/codecs/inflate.ts';
import type { ReportDamage, Sink } from '../../../../src/image/sink.ts';
import { pieces } from '../chunks.ts';
import { mixed } from './corpus.ts';

type Make = (out: Sink, damaged: ReportDamage) => RawInflate;

const ways: [string, Make][] = [
  ['in WebAssembly', (out, damaged) => new WasmInflate(new DeflateDecoder(), out, damaged)],
  ['by node:zlib', (out, damaged) => new ZlibInflate(out, damaged)],
  ['by whichever is there', (out, damaged) => new Inflate(out, damaged)],
];

/** Keeps what it is given, and wants no more than `most` bytes. */
class Collector implements Sink {
  bytes = Buffer.alloc(0);
  readonly #most: number;

  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  get done(): boolean {
    return this.bytes.length >= this.#most;
  }

  push(chunk: Uint8Array): Promise<void> {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    return Promise.resolve();
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}

const text = mixed(900_000);
const deflated = deflateRawSync(text);
/** A block of the type that there is not, behind good ones. */
const broken = Buffer.concat([
  deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }),
  Buffer.alloc(50_000, 0xff),
]);

describe.each(ways)('a stream decompressed %s', (_, make) => {
  const damage: [string, boolean][] = [];
  const damaged: ReportDamage = (why, lost = false) => damage.push([why, lost]);

  beforeEach(() => {
    damage.length = 0;
  });

  test.each([700, 20_000, 1 << 24])('takes no byte behind its end, in chunks of %d', async (size) => {
    const out = new Collector();
    const inflate = make(out, damaged);
    let taken = 0;
    for (const piece of pieces(Buffer.concat([deflated, Buffer.alloc(100, 1)]), [size]))
      taken += await inflate.push(piece);
    expect([inflate.over, inflate.broken, taken]).toEqual([true, false, deflated.length]);
    await inflate.end();
    expect(out.bytes.equals(text)).toBe(true);
    expect(damage).toEqual([]);
  });

  test('is cut off when it ends before its end', async () => {
    const out = new Collector();
    const inflate = make(out, damaged);
    await inflate.push(deflated.subarray(0, -1000));
    await inflate.end();
    expect(damage).toEqual([['the compressed data is cut off', false]]);
    expect(out.bytes.length).toBeGreaterThan(800_000);
    expect(text.subarray(0, out.bytes.length).equals(out.bytes)).toBe(true);
  });

  test('is cut off when there is nothing of it', async () => {
    await make(new Collector(), damaged).end();
    expect(damage).toEqual([['the compressed data is cut off', false]]);
  });

  test('is broken where no code stands, and takes no more', async () => {
    const out = new Collector();
    const inflate = make(out, damaged);
    expect(await inflate.push(broken)).toBe(broken.length);
    await inflate.end();
    expect([inflate.over, inflate.broken, await inflate.push(deflated)]).toEqual([true, true, 0]);
    expect(text.subarray(0, out.bytes.length).equals(out.bytes)).toBe(true);
    expect(damage).toEqual([['the compressed data is broken', true]]);
  });

  test('throws what its sink threw', async () => {
    const out = new Collector();
    out.push = () => Promise.reject(new Error('enough'));
    const inflate = make(out, damaged);
    await expect(inflate.push(deflated).then(() => inflate.end())).rejects.toThrow('enough');
  });
});

// node:zlib works ahead of its sink
describe.each(ways.filter(([name]) => name !== 'by node:zlib'))('a stream decompressed %s', (_, make) => {
  const damage: string[] = [];

  test('stops when its sink wants no more', async () => {
    const out = new Collector(1000);
    const inflate = make(out, (why) => damage.push(why));
    await inflate.push(deflated);
    await inflate.end();
    expect(inflate.over).toBe(true);
    expect(out.bytes.length).toBeLessThan(text.length);
    expect(damage).toEqual([]);
  });

  test('is silent after it was closed while its sink was at work', async () => {
    const out = new Collector();
    const inflate = make(out, (why) => damage.push(why));
    out.push = async () => inflate.close();
    await inflate.push(deflated);
    await inflate.end();
    expect([inflate.over, damage]).toEqual([true, []]);
  });
});

test('streams at the same time, and in one another, do not disturb each other', async () => {
  const outer = deflateRawSync(Buffer.concat([deflated, text]));
  const results = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const inner = new Collector();
      const nested = new Inflate(inner, () => {});
      const rest = new Collector();
      const out = new Collector();
      out.push = async (chunk) => rest.push(chunk.subarray(await nested.push(chunk)));
      const inflate = new Inflate(out, () => {});
      for (const piece of pieces(outer, [40_000])) await inflate.push(piece);
      return [inner.bytes.equals(text), rest.bytes.equals(text)];
    }),
  );
  expect(results).toEqual(Array(5).fill([true, true]));
});
