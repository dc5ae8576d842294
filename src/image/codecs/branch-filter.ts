import type { ByteFilter } from './byte-filter.ts';

/**
 * Makes targets of branches relative again, in place, as far as instructions are there whole; gives back how many bytes are
 * done. `position`: of the first byte, modulo 2^32.
 */
export type DecodeBranches = (bytes: Buffer, position: number) => number;

/** Undoes a filter for programs of one kind of processor. */
export class BranchFilter implements ByteFilter {
  readonly #decode: DecodeBranches;
  /** Bytes that may begin an instruction. */
  #kept = new Uint8Array(0);
  #position: number;

  constructor(decode: DecodeBranches, start: number) {
    this.#decode = decode;
    this.#position = start >>> 0;
  }

  push(part: Uint8Array): Uint8Array {
    const bytes = Buffer.concat([this.#kept, part]);
    const done = this.#decode(bytes, this.#position);
    this.#position = (this.#position + done) >>> 0;
    this.#kept = bytes.subarray(done);
    return bytes.subarray(0, done);
  }

  end(): Uint8Array {
    const rest = this.#kept;
    this.#kept = new Uint8Array(0);
    return rest;
  }
}
