import type { LzmaWindow } from './lzma.ts';

/** A chunk of LZMA2 decodes to 2 MiB at most, all of which must lie in the window until it is taken. */
const longestChunk = 2 * 1024 * 1024;
const firstBytes = 64 * 1024;

/** The last bytes that were decoded, in a ring that grows up to what the stream asks for. */
export class RingWindow implements LzmaWindow {
  length = 0;
  readonly #size: number;
  readonly #mostBytes: number;
  #ring = new Uint8Array(firstBytes);
  #at = 0;
  /** Bytes that were not taken yet; they end at `#at`. */
  #fresh = 0;

  /** `size`: how far back the stream's matches may reach, in bytes. */
  constructor(size: number) {
    this.#size = size;
    this.#mostBytes = Math.max(size, longestChunk);
  }

  get reach(): number {
    return Math.min(this.length, this.#size);
  }

  /** Forgets what was decoded: nothing refers to it any more. To be called when everything was taken. */
  reset(): void {
    this.length = 0;
    this.#at = 0;
    this.#fresh = 0;
  }

  put(byte: number): void {
    if (this.#at === this.#ring.length) this.#turn();
    this.#ring[this.#at++] = byte;
    this.length += 1;
    this.#fresh += 1;
  }

  back(distance: number): number {
    if (distance > this.length) return 0;
    const index = this.#at - distance;
    return this.#ring[index < 0 ? index + this.#ring.length : index]!;
  }

  copy(distance: number, length: number): void {
    const from = this.#at - distance;
    // across the ring's edges it goes byte by byte
    if (from < 0 || this.#at + length > this.#ring.length) {
      for (let index = 0; index < length; index++) this.put(this.back(distance));
      return;
    }
    const ring = this.#ring;
    for (let index = 0; index < length; index++) ring[this.#at + index] = ring[from + index]!;
    this.#at += length;
    this.length += length;
    this.#fresh += length;
  }

  append(bytes: Uint8Array): void {
    for (const byte of bytes) this.put(byte);
  }

  /** What was decoded since the last call: views, to be used before anything else is decoded. */
  take(): Uint8Array[] {
    const start = this.#at - this.#fresh;
    this.#fresh = 0;
    const newest = this.#ring.subarray(Math.max(0, start), this.#at);
    return start < 0 ? [this.#ring.subarray(start), newest] : [newest];
  }

  /** The end of the ring was reached: it becomes larger, or goes on at its start. */
  #turn(): void {
    if (this.#ring.length >= this.#mostBytes) {
      this.#at = 0;
      return;
    }
    const larger = new Uint8Array(Math.min(this.#ring.length * 4, this.#mostBytes));
    larger.set(this.#ring);
    this.#ring = larger;
  }
}
