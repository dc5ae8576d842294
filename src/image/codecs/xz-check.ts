import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc64 } from './crc64.ts';

/** The check of a block's content. */
export interface XzCheck {
  update(bytes: Uint8Array): void;
  /** Whether it is the one that the file holds. */
  holds(stored: Uint8Array): boolean;
}

/** By its type in the stream's flags (The .xz File Format 1.2.1, 2.1.1.2); undefined for none, and for what is reserved. */
export function checkOf(type: number): XzCheck | undefined {
  if (type === 1) return crc32Check();
  if (type === 4) {
    const crc = new Crc64();
    return { update: (bytes) => crc.update(bytes), holds: (stored) => crc.digest().equals(stored) };
  }
  if (type !== 10) return undefined;
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), holds: (stored) => hash.digest().equals(stored) };
}

function crc32Check(): XzCheck {
  let crc = 0;
  return {
    update: (bytes) => {
      crc = crc32(bytes, crc);
    },
    holds: (stored) => Buffer.from(stored).readUInt32LE(0) === crc,
  };
}
