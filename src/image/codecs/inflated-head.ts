import { constants, inflateRawSync } from 'node:zlib';
import { borrowDecoder, returnDecoder } from './deflate/decoders.ts';

/** The first bytes of deflated data. */
export interface InflatedHead {
  content: Uint8Array;
  /** Bytes that belong to the data; fewer than were given when it ends within them. */
  used: number;
}

/** What raw deflated data that starts with these bytes, a few hundred, decodes to; undefined where it is none. */
export function inflatedHead(head: Uint8Array): InflatedHead | undefined {
  if (isBroken(head)) return undefined;
  try {
    const result: unknown = inflateRawSync(head, { info: true, finishFlush: constants.Z_SYNC_FLUSH });
    const { buffer, engine } = result as { buffer: Uint8Array; engine: { bytesWritten: number } };
    return { content: buffer, used: engine.bytesWritten };
  } catch {
    return undefined;
  }
}

/**
 * Whether it breaks for sure. Thousands of places of an image look like deflated data, and nearly all are told from it here: making
 * a decoder of node:zlib for each takes twenty times as long. What passes is decoded by that, which judges a header that is cut.
 */
function isBroken(head: Uint8Array): boolean {
  const decoder = borrowDecoder();
  if (decoder === undefined) return false;
  const fed = decoder.feed(head);
  let step = decoder.decode();
  while (step === 'full') {
    decoder.take();
    step = decoder.decode();
  }
  returnDecoder(decoder);
  return fed === head.length && step === 'broken';
}
