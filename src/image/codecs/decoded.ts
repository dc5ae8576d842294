import type { ReportDamage, Sink } from '../sink.ts';
import { Channel } from './channel.ts';
import { gunzip } from './gzip.ts';
import { isGzip } from './gzip-header.ts';
import { unzstd } from './zstd.ts';
import { isZstd } from './zstd-frames.ts';

const headBytes = 16;

/**
 * A stream with its compression, if any, taken off: gzip or zstd by magic bytes.
 *
 * `stored` hears the compressed bytes too, as they hold headers that decoding drops. A plain stream passes unchanged.
 */
export async function* decoded(
  input: AsyncIterable<Uint8Array>,
  stored: (bytes: Uint8Array) => void,
  damaged: ReportDamage,
): AsyncGenerator<Uint8Array> {
  const chunks = withHead(input);
  const first = await chunks.next();
  if (first.done) return;
  const channel = new Channel();
  const decoder = decoderFor(first.value, channel, damaged);
  if (decoder === undefined) {
    yield first.value;
    yield* chunks;
    return;
  }
  const writing = write(first.value, chunks, decoder, stored);
  yield* channel.read();
  await writing;
}

async function write(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
  decoder: Sink,
  stored: (bytes: Uint8Array) => void,
): Promise<void> {
  try {
    stored(first);
    await decoder.push(first);
    for await (const chunk of rest) {
      stored(chunk);
      await decoder.push(chunk);
    }
  } finally {
    await decoder.end();
  }
}

function decoderFor(head: Uint8Array, out: Sink, damaged: ReportDamage): Sink | undefined {
  if (isGzip(head)) return gunzip(out, damaged);
  return isZstd(head) ? unzstd(out, damaged) : undefined;
}

/** The same bytes, the first chunk long enough to see the magic in. */
async function* withHead(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of input) {
    if (head === undefined) yield chunk;
    else if (head.length + chunk.length < headBytes) head = Buffer.concat([head, chunk]);
    else {
      yield head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      head = undefined;
    }
  }
  if (head !== undefined && head.length > 0) yield head;
}
