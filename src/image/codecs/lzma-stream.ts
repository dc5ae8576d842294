import { Lzma, LzmaError, mostSymbolBytes, startBytes } from './lzma.ts';
import { RingWindow } from './lzma-window.ts';

/** The last symbols may need no input any more: what the range decoder has of it is enough. */
const noReserve = -1;
/** Less than the window holds until it is taken. */
const mostDecoded = 1024 * 1024;

export interface LzmaStreamOptions {
  /** The byte that says `lc`, `lp` and `pb`. */
  properties: number;
  /** How far back matches may reach. */
  windowBytes: number;
  /** Bytes that it decodes to; absent when a marker says where it ends. */
  size?: number;
}

/** Decodes LZMA as .lzma, lzip and zip hold it: one run of symbols, which any chunk may cut. Throws LzmaError on broken data. */
export class LzmaStream {
  /** The end was read. */
  over = false;
  readonly #lzma = new Lzma();
  readonly #window: RingWindow;
  #size: number | undefined;
  #started = false;
  /** Not decoded yet: fewer bytes than a symbol may need, once everything that was fed is drained. */
  #input: Buffer = Buffer.alloc(0);

  constructor({ properties, windowBytes, size }: LzmaStreamOptions) {
    this.#lzma.setProperties(properties, 12);
    this.#lzma.reset();
    this.#window = new RingWindow(windowBytes);
    this.#size = size;
  }

  /** Bytes that were fed and not used: what stands behind the end. */
  get rest(): Buffer {
    return this.#input;
  }

  /** What the next bytes decode to; each piece is to be used before the next one is asked for. */
  *feed(chunk: Uint8Array): Generator<Uint8Array> {
    this.#input = Buffer.concat([this.#input, chunk]);
    yield* this.#decode(mostSymbolBytes);
  }

  /** No more bytes will come: decodes the last of them. Not `over` afterwards when it is cut off. */
  *end(): Generator<Uint8Array> {
    try {
      yield* this.#decode(noReserve);
    } catch (error) {
      if (!(error instanceof LzmaError) || error.message !== 'cut off') throw error;
    }
  }

  *#decode(reserve: number): Generator<Uint8Array> {
    while (!this.over && this.#input.length > reserve) {
      if (!this.#started && !this.#start()) return;
      if (this.#size === 0) {
        this.#finish();
        return;
      }
      try {
        this.#decodePart(reserve);
      } finally {
        // also of broken data: what was decoded before it broke
        yield* this.#window.take();
      }
    }
  }

  #start(): boolean {
    if (this.#input.length < startBytes) return false;
    this.#lzma.start(this.#input);
    this.#input = this.#input.subarray(startBytes);
    this.#started = true;
    this.over = this.#size === 0 && this.#lzma.settled;
    return true;
  }

  #decodePart(reserve: number): void {
    const bounds = { most: mostDecoded, left: this.#size ?? Number.POSITIVE_INFINITY, reserve };
    const part = this.#lzma.decodePart(this.#input, bounds, this.#window);
    this.#input = this.#input.subarray(part.taken);
    if (this.#size !== undefined) this.#size -= part.decoded;
    this.over = part.marker || (this.#size === 0 && this.#lzma.settled);
  }

  /** A marker may also stand behind the last byte of a known size. */
  #finish(): void {
    if (this.over) return;
    this.#input = this.#input.subarray(this.#lzma.readMarker(this.#input, this.#window));
    this.over = true;
  }
}
