import { MessageChannel } from 'node:worker_threads';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { DeflateDecoder } from '../../../../../src/image/codecs/deflate/decoder.ts';
import type { FromThread, ToThread } from '../../../../../src/image/codecs/deflate/messages.ts';
import { Server } from '../../../../../src/image/codecs/deflate/serve.ts';
import { type InflateThread, ThreadInflate } from '../../../../../src/image/codecs/deflate/thread-inflate.ts';
import { WasmInflate } from '../../../../../src/image/codecs/deflate/wasm-inflate.ts';
import type { Sink } from '../../../../../src/image/sink.ts';
import { pieces } from '../../chunks.ts';
import { mixed } from '../corpus.ts';

const text = mixed(5_000_000);
const deflated = deflateRawSync(text);

/** The far end answers from this thread: what goes over the line is the same. */
function startThread(): InflateThread & { backs: number; end(): void } {
  const { port1, port2 } = new MessageChannel();
  const server = new Server({ postMessage: (message, transfer = []) => port2.postMessage(message, [...transfer]) });
  port2.on('message', (message: ToThread) => server.tell(message));
  const thread: ReturnType<typeof startThread> = {
    onMessage: undefined,
    onLost: undefined,
    streams: 0,
    backs: 0,
    postMessage: (message, transfer = []) => port1.postMessage(message, [...transfer]),
    giveBack: () => {
      thread.backs++;
      thread.onMessage = undefined;
    },
    end: () => port1.close(),
  };
  port1.on('message', (message: FromThread) => {
    if (message.kind === 'ready') return;
    if (message.stream === thread.streams && thread.onMessage !== undefined) thread.onMessage(message);
    else if (message.kind === 'output') thread.postMessage({ kind: 'room', buffer: message.buffer }, [message.buffer]);
  });
  return thread;
}

class Collector implements Sink {
  done = false;
  readonly parts: Buffer[] = [];

  async push(chunk: Uint8Array): Promise<void> {
    await new Promise(setImmediate);
    this.parts.push(Buffer.from(chunk));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.parts);
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}

/** Pushes `input`, of which the first `here` bytes are decoded in this thread; gives back what came of it. */
async function inflated(thread: InflateThread, input: Uint8Array, here: number, size: number, out = new Collector()) {
  const damage: string[] = [];
  const damaged = (why: string): void => void damage.push(why);
  const first = new WasmInflate(new DeflateDecoder(), out, damaged, { crc: true });
  let taken = await first.push(input.subarray(0, here));
  const left = first.leave();
  if (left === undefined) throw new Error('it is over already');
  const inflate = new ThreadInflate(thread, left, out, damaged);
  for (const piece of pieces(input.subarray(here), [size])) taken += await inflate.push(piece);
  const { over } = inflate;
  await inflate.end();
  return { taken, over, broken: inflate.broken, crc: inflate.crc, damage, output: out.bytes };
}

test('a stream goes on in a thread wherever it stands, and takes no byte behind its end', async () => {
  const thread = startThread();
  const input = Buffer.concat([deflated, Buffer.alloc(3000, 1)]);
  // within the first header, within a block, and at other bits of a byte
  const places = [1, 20, 100_001, 100_002, 100_003, deflated.length - 5];
  for (const here of places)
    for (const size of [30_000, 1 << 24]) {
      const { output, ...rest } = await inflated(thread, input, here, size);
      expect(output.equals(text)).toBe(true);
      const expected = { over: true, broken: false, crc: crc32(text), damage: [] };
      expect(rest).toEqual({ ...expected, taken: deflated.length });
    }
  expect(thread.backs).toBe(2 * places.length);
  thread.end();
});

/** As `inflated`, but each chunk is announced while the one before is decoded. */
async function inflatedAhead(thread: InflateThread, input: Uint8Array, size: number) {
  const damage: string[] = [];
  const damaged = (why: string): void => void damage.push(why);
  const out = new Collector();
  const inflate = new ThreadInflate(thread, { snapshot: new DeflateDecoder().save(), crc: 0 }, out, damaged);
  const chunks = Array.from({ length: Math.ceil(input.length / size) }, (_, index) =>
    input.subarray(index * size, (index + 1) * size),
  );
  let taken = 0;
  for (const [index, chunk] of chunks.entries()) {
    const pushed = inflate.push(chunk);
    const next = chunks[index + 1];
    if (next !== undefined) inflate.ahead(next);
    taken += await pushed;
  }
  await inflate.end();
  return { taken, crc: inflate.crc, damage, output: out.bytes };
}

test('a chunk that is announced is decoded at once, and what comes out is the same', async () => {
  const thread = startThread();
  // the end of the stream at different places of a chunk, also of one that was announced behind it
  for (const behind of [0, 1, 3000, 200_000])
    for (const size of [33_333, 100_000, deflated.length, deflated.length - 1, 1 << 24]) {
      const { output, ...rest } = await inflatedAhead(thread, Buffer.concat([deflated, Buffer.alloc(behind, 1)]), size);
      expect(output.equals(text)).toBe(true);
      expect(rest).toEqual({ taken: deflated.length, crc: crc32(text), damage: [] });
    }
  const cut = await inflatedAhead(thread, deflated.subarray(0, -9), 50_000);
  expect(cut).toMatchObject({ taken: deflated.length - 9, damage: ['the compressed data is cut off'] });
  const good = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  const broken = await inflatedAhead(thread, Buffer.concat([good, Buffer.alloc(5000, 0xff)]), 999);
  expect(broken.damage).toEqual(['the compressed data is broken']);
  expect(broken.output.equals(text)).toBe(true);
  thread.end();
});

test('a thread decodes on before the announced chunk is pushed', async () => {
  const thread = startThread();
  const out = new Collector();
  const left = { snapshot: new DeflateDecoder().save(), crc: undefined };
  const inflate = new ThreadInflate(thread, left, out, () => {});
  const chunks = [deflated.subarray(0, 40_000), deflated.subarray(40_000, 80_000)] as const;
  const pushed = inflate.push(chunks[0]);
  inflate.ahead(chunks[1]);
  await pushed;
  const both = new Collector();
  const here = new WasmInflate(new DeflateDecoder(), both, () => {});
  for (const chunk of chunks) await here.push(chunk);
  while (out.bytes.length < both.bytes.length) await new Promise(setImmediate);
  expect(out.bytes.equals(both.bytes)).toBe(true);
  inflate.close();
  thread.end();
});

test('other bytes than were announced are refused', async () => {
  const thread = startThread();
  const left = { snapshot: new DeflateDecoder().save(), crc: undefined };
  const inflate = new ThreadInflate(thread, left, new Collector(), () => {});
  const pushed = inflate.push(deflated.subarray(0, 1000));
  inflate.ahead(deflated.subarray(1000, 2000));
  await pushed;
  await expect(inflate.push(deflated.subarray(1000, 2000))).rejects.toThrow('another chunk was announced');
  inflate.close();
  thread.end();
});

test('stored blocks go on in a thread', async () => {
  const thread = startThread();
  const { output, damage } = await inflated(thread, deflateRawSync(text, { level: 0 }), 100_000, 77_777);
  expect([output.equals(text), damage]).toEqual([true, []]);
  thread.end();
});

test('a thread tells of a stream that is cut off or broken, with all that came before', async () => {
  const thread = startThread();
  const cut = await inflated(thread, deflated.subarray(0, -9), 1000, 50_000);
  expect(cut).toMatchObject({ over: false, broken: false, damage: ['the compressed data is cut off'] });
  expect(cut.output.length).toBeGreaterThan(text.length - 1000);
  const good = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  const input = Buffer.concat([good, Buffer.alloc(1000, 0xff)]);
  const { output, ...broken } = await inflated(thread, input, 1000, 1 << 24);
  expect(broken).toMatchObject({ over: true, broken: true, damage: ['the compressed data is broken'] });
  expect(output.equals(text)).toBe(true);
  thread.end();
});

test('a sink that wants no more stops the thread, which serves the next stream', async () => {
  const thread = startThread();
  for (let stream = 0; stream < 6; stream++) {
    const out = new Collector();
    const push = out.push.bind(out);
    out.push = async (chunk) => {
      await push(chunk);
      out.done = out.parts.length > 1;
    };
    const { over, damage, output } = await inflated(thread, deflated, 1000, 1 << 24, out);
    expect([over, damage]).toEqual([true, []]);
    expect(output.length).toBeLessThan(text.length);
  }
  const { output } = await inflated(thread, deflated, 1000, 1 << 24);
  expect(output.equals(text)).toBe(true);
  expect(thread.backs).toBe(7);
  thread.end();
});

test('what a sink throws, and the loss of the thread, end the stream', async () => {
  const thread = startThread();
  const out = new Collector();
  out.push = () => Promise.reject(new Error('enough'));
  const left = { snapshot: new DeflateDecoder().save(), crc: undefined };
  const inflate = new ThreadInflate(thread, left, out, () => {});
  await expect(inflate.push(deflated).then(() => inflate.end())).rejects.toThrow('enough');
  const lost = new ThreadInflate(
    thread,
    { snapshot: new DeflateDecoder().save(), crc: undefined },
    new Collector(),
    () => {},
  );
  const pushed = lost.push(deflated);
  thread.onLost?.();
  await expect(pushed).rejects.toThrow('a thread that inflates has ended');
  await expect(lost.end()).rejects.toThrow('a thread that inflates has ended');
  thread.end();
});
