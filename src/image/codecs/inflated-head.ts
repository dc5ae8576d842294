import { constants, inflateRawSync } from 'node:zlib';
import type { Step } from './deflate/decoder.ts';
import { borrowDecoder, returnDecoder } from './deflate/decoders.ts';

/** The first bytes of deflated data. */
export interface InflatedHead {
  content: Uint8Array;
  /** Bytes that belong to the data; fewer than were given when it ends within them. */
  used: number;
}

/** What raw deflated data that starts with these bytes, a few hundred, decodes to; undefined where it is none. */
export function inflatedHead(head: Uint8Array): InflatedHead | undefined {
  const decided = decodedHead(head);
  if (decided !== undefined) return decided === 'broken' ? undefined : decided;
  try {
    const result: unknown = inflateRawSync(head, { info: true, finishFlush: constants.Z_SYNC_FLUSH });
    const { buffer, engine } = result as { buffer: Uint8Array; engine: { bytesWritten: number } };
    return { content: buffer, used: engine.bytesWritten };
  } catch {
    return undefined;
  }
}

/**
 * The same where the data ends or breaks within the head; undefined where it goes on, and is cut: of that node:zlib decodes a little
 * more. Thousands of places of an image look like deflated data, and making a decoder of node:zlib for each takes twenty times as long.
 */
function decodedHead(head: Uint8Array): InflatedHead | 'broken' | undefined {
  const decoder = borrowDecoder();
  if (decoder === undefined) return undefined;
  const parts: Uint8Array[] = [];
  const fed = decoder.feed(head);
  let step: Step;
  do {
    step = decoder.decode();
    parts.push(Uint8Array.from(decoder.take()));
  } while (step === 'full');
  const used = fed - decoder.unused;
  returnDecoder(decoder);
  if (step === 'ended') return { content: Buffer.concat(parts), used };
  return step === 'broken' ? 'broken' : undefined;
}
