import { constants, inflateRawSync } from 'node:zlib';

/** The first bytes of deflated data. */
export interface InflatedHead {
  content: Uint8Array;
  /** Bytes that belong to the data; fewer than were given when it ends within them. */
  used: number;
}

/** What raw deflated data that starts with these bytes, a few hundred, decodes to; undefined where it is none. */
export function inflatedHead(head: Uint8Array): InflatedHead | undefined {
  try {
    const result: unknown = inflateRawSync(head, { info: true, finishFlush: constants.Z_SYNC_FLUSH });
    const { buffer, engine } = result as { buffer: Uint8Array; engine: { bytesWritten: number } };
    return { content: buffer, used: engine.bytesWritten };
  } catch {
    return undefined;
  }
}
