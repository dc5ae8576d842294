import type { ByteFilter } from './byte-filter.ts';

/**
 * Undoes the delta filter (`xz --delta`): each byte is what it differs by from the one `distance` before it, 1 to 256.
 *
 * Format: The .xz File Format 1.2.1, 5.3.3.
 */
export class DeltaFilter implements ByteFilter {
  /** The last bytes, oldest first. */
  #last: Uint8Array;

  constructor(distance: number) {
    this.#last = new Uint8Array(distance);
  }

  push(part: Uint8Array): Uint8Array {
    const distance = this.#last.length;
    const bytes = new Uint8Array(distance + part.length);
    bytes.set(this.#last);
    for (let at = 0; at < part.length; at++) bytes[distance + at] = part[at]! + bytes[at]!;
    this.#last = bytes.slice(part.length);
    return bytes.subarray(distance);
  }

  end(): Uint8Array {
    return new Uint8Array(0);
  }
}
