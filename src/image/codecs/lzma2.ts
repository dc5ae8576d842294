import { Lzma, LzmaError } from './lzma.ts';
import { RingWindow } from './lzma-window.ts';

/**
 * Decodes LZMA2, chunk by chunk: a chunk is 64 KiB or less of input, and 2 MiB or less of output.
 *
 * Format: as in xz's lzma2_decoder.c, which is its only description.
 */
export class Lzma2 {
  /** The end marker was read. */
  over = false;
  readonly #window: RingWindow;
  readonly #lzma = new Lzma();
  #header: number[] = [];
  /** Body of the chunk, as far as it is there. */
  #body = new Uint8Array(0);
  #filled = 0;
  #needed = 0;
  #size = 0;
  #needsWindow = true;
  #needsProperties = true;
  #needsState = true;

  constructor(windowBytes: number) {
    this.#window = new RingWindow(windowBytes);
  }

  /**
   * Takes bytes up to the end of a chunk; gives back how many, and what they decode to.
   *
   * The output is to be used before the next call. Throws LzmaError on broken data.
   */
  take(bytes: Uint8Array): { taken: number; output: Uint8Array[] } {
    let taken = 0;
    while (this.#needed === 0 && !this.over && taken < bytes.length) {
      this.#header.push(bytes[taken++]!);
      this.#readHeader();
    }
    if (this.#needed === 0 || this.over) return { taken, output: [] };
    const part = bytes.subarray(taken, taken + this.#needed - this.#filled);
    this.#body.set(part, this.#filled);
    this.#filled += part.length;
    taken += part.length;
    if (this.#filled < this.#needed) return { taken, output: [] };
    this.#decode();
    return { taken, output: this.#window.take() };
  }

  #readHeader(): void {
    const [control = 0, a = 0, b = 0, c = 0, d = 0, properties = 0] = this.#header;
    if (control === 0) {
      this.over = true;
      return;
    }
    if (control > 2 && control < 0x80) throw new LzmaError('control');
    const length = control < 0x80 ? 3 : control < 0xc0 ? 5 : 6;
    if (this.#header.length < length) return;
    if (control < 0x80) {
      this.#prepare(control === 1, false);
      this.#size = a * 256 + b + 1;
      this.#expect(this.#size);
      return;
    }
    this.#prepare(control >= 0xe0, true);
    if (control >= 0xc0) {
      this.#lzma.setProperties(properties);
      this.#needsProperties = false;
    }
    if (this.#needsProperties) throw new LzmaError('no properties');
    if (control >= 0xa0) {
      this.#lzma.reset();
      this.#needsState = false;
    }
    if (this.#needsState) throw new LzmaError('no state');
    this.#size = (control & 0x1f) * 65536 + a * 256 + b + 1;
    this.#expect(c * 256 + d + 1);
  }

  #prepare(resetsWindow: boolean, compressed: boolean): void {
    if (resetsWindow) {
      this.#window.reset();
      this.#needsWindow = false;
      // a new window without new properties may only hold uncompressed bytes until they come
      if (!compressed) this.#needsProperties = true;
    }
    if (this.#needsWindow) throw new LzmaError('no window');
  }

  #expect(bytes: number): void {
    if (this.#body.length < bytes) this.#body = new Uint8Array(65536);
    this.#needed = bytes;
    this.#filled = 0;
  }

  #decode(): void {
    const body = this.#body.subarray(0, this.#needed);
    if (this.#header[0]! < 0x80) this.#window.append(body);
    else this.#lzma.decode(body, this.#size, this.#window);
    this.#header = [];
    this.#needed = 0;
  }
}
