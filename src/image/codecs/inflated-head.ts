import { constants, inflateRawSync } from 'node:zlib';
import { borrowDecoder, returnDecoder } from './deflate/decoders.ts';

/** The first bytes of deflated data. */
export interface InflatedHead {
  /** Up to the last symbol that is wholly there. */
  content: Uint8Array;
  /** Bytes that belong to the data; fewer than were given when it ends within them. */
  used: number;
}

/**
 * What raw deflated data that starts with these bytes, a few hundred, decodes to; undefined where it is none.
 *
 * Not by node:zlib, where that can be helped: thousands of places of an image look like deflated data, and making a decoder of
 * node:zlib for each takes twenty times as long.
 */
export function inflatedHead(head: Uint8Array): InflatedHead | undefined {
  const decoder = borrowDecoder();
  if (decoder === undefined) return inflatedByZlib(head);
  const parts: Uint8Array[] = [];
  let fed = decoder.feed(head);
  let step = decoder.decode();
  for (; step === 'full' || (step === 'needs input' && fed < head.length); step = decoder.decode()) {
    parts.push(decoder.take().slice());
    if (step === 'needs input') fed += decoder.feed(head.subarray(fed));
  }
  parts.push(decoder.take().slice());
  const used = step === 'ended' ? fed - decoder.unused : head.length;
  returnDecoder(decoder);
  if (step === 'broken') return undefined;
  return { content: parts.length === 1 ? parts[0]! : Buffer.concat(parts), used };
}

function inflatedByZlib(head: Uint8Array): InflatedHead | undefined {
  try {
    const result: unknown = inflateRawSync(head, { info: true, finishFlush: constants.Z_SYNC_FLUSH });
    const { buffer, engine } = result as { buffer: Uint8Array; engine: { bytesWritten: number } };
    return { content: buffer, used: engine.bytesWritten };
  } catch {
    return undefined;
  }
}
