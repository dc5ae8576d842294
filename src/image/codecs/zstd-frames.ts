/** What a frame's header says. */
export interface ZstdFrame {
  windowSize: number;
  /** What it claims to decode to; undefined when it does not say. */
  contentSize: number | undefined;
  dictionary: boolean;
  /** A checksum of the content follows. */
  checksum: boolean;
}

/** What the bytes of a zstd file turn out to be, in order. `bytes` are views into the chunk that was fed. */
export type ZstdEvent =
  | ({ kind: 'frame' } & ZstdFrame)
  /** For the decoder: headers and blocks; and behind them the checksum of the content, when the frame has one. */
  | { kind: 'data'; bytes: Uint8Array }
  | { kind: 'checksum'; bytes: Uint8Array }
  | { kind: 'frame-end'; checksum: number | undefined }
  /** What stands behind the last frame. */
  | { kind: 'behind'; bytes: Uint8Array }
  | { kind: 'damage'; why: string; lost: boolean };

const frameMagic = 0xfd2fb528;
const maxHeader = 18;

/** Whether the bytes can start a zstd file: a frame, or a skippable one. */
export function isZstd(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const magic = (head[0]! | (head[1]! << 8) | (head[2]! << 16) | (head[3]! << 24)) >>> 0;
  return magic === frameMagic || isSkippable(magic);
}

function isSkippable(magic: number): boolean {
  return magic >= 0x184d2a50 && magic <= 0x184d2a5f;
}

type State = 'magic' | 'skip-size' | 'skip' | 'header' | 'block-header' | 'block' | 'checksum' | 'behind' | 'lost';

/**
 * Cuts a zstd file into its frames by reading frame and block headers only.
 *
 * Needed because decoders stop at the end of the first frame without a word (node:zlib before 26), and because a frame's
 * window and content size must be known before memory is given to it. Skippable frames are passed over: their bytes are
 * in the compressed stream, which is searched too. Format: RFC 8878, 3.1.
 */
export class ZstdFrames {
  #state: State = 'magic';
  /** Bytes gathered of a header that may be split over chunks. */
  readonly #head = new Uint8Array(maxHeader);
  #filled = 0;
  #needed = 4;
  #left = 0;
  #lastBlock = false;
  #checksum = false;
  /** As far as it was read. */
  #checksumValue = 0;

  *feed(chunk: Uint8Array): Generator<ZstdEvent, void, undefined> {
    let at = 0;
    while (at < chunk.length && this.#state !== 'lost') {
      if (this.#state === 'behind') {
        yield { kind: 'behind', bytes: chunk.subarray(at) };
        return;
      }
      const gathering = this.#state !== 'skip' && this.#state !== 'block' && this.#state !== 'checksum';
      const taken = Math.min(gathering ? this.#needed - this.#filled : this.#left, chunk.length - at);
      const bytes = chunk.subarray(at, at + taken);
      at += taken;
      if (gathering) {
        this.#head.set(bytes, this.#filled);
        this.#filled += taken;
        yield* this.#gathered(bytes);
      } else {
        this.#left -= taken;
        yield* this.#takeBody(bytes);
      }
    }
  }

  *end(): Generator<ZstdEvent, void, undefined> {
    const clean = ['lost', 'behind'].includes(this.#state) || (this.#state === 'magic' && this.#filled === 0);
    if (!clean) yield { kind: 'damage', why: 'the zstd data is cut off', lost: false };
  }

  *#gathered(bytes: Uint8Array): Generator<ZstdEvent, void, undefined> {
    // the decoder needs the block headers with the blocks; magic and frame header go to it in one piece
    if (this.#state === 'block-header' && !this.#isReserved) yield { kind: 'data', bytes };
    if (this.#filled < this.#needed) return;
    if (this.#state === 'magic') yield* this.#readMagic();
    else if (this.#state === 'header') yield* this.#readHeader();
    else if (this.#state === 'skip-size') {
      this.#filled = 0;
      this.#left = this.#uint(4, 4);
      this.#enter('skip', this.#left);
      if (this.#left === 0) this.#enter('magic', 4);
    } else yield* this.#readBlockHeader();
  }

  *#readMagic(): Generator<ZstdEvent, void, undefined> {
    const magic = this.#uint(0, 4);
    if (magic === frameMagic) {
      this.#state = 'header';
      this.#needed = 5;
    } else if (isSkippable(magic)) {
      this.#state = 'skip-size';
      this.#needed = 8;
    } else {
      this.#state = 'behind';
      yield { kind: 'behind', bytes: Uint8Array.from(this.#head.subarray(0, 4)) };
    }
  }

  *#readHeader(): Generator<ZstdEvent, void, undefined> {
    const descriptor = this.#head[4]!;
    const single = (descriptor & 0x20) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
    const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
    const length = 5 + (single ? 0 : 1) + dictionaryBytes + sizeBytes;
    if (this.#filled < length) {
      this.#needed = length;
      return;
    }
    if ((descriptor & 0x08) !== 0) {
      this.#state = 'lost';
      yield { kind: 'damage', why: 'a zstd frame uses a reserved bit', lost: true };
      return;
    }
    const sizeAt = length - sizeBytes;
    const contentSize = sizeBytes === 0 ? undefined : this.#uint(sizeAt, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
    const dictionary = this.#uint(sizeAt - dictionaryBytes, dictionaryBytes) !== 0;
    this.#checksum = (descriptor & 0x04) !== 0;
    yield {
      kind: 'frame',
      windowSize: single ? contentSize! : windowOf(this.#head[5]!),
      contentSize,
      dictionary,
      checksum: this.#checksum,
    };
    yield { kind: 'data', bytes: new Uint8Array(this.#head.subarray(0, length)) };
    this.#enter('block-header', 3);
  }

  /** The block header has a type that nothing may use. */
  get #isReserved(): boolean {
    return this.#filled === this.#needed && ((this.#head[0]! >> 1) & 3) === 3;
  }

  *#readBlockHeader(): Generator<ZstdEvent, void, undefined> {
    const header = this.#uint(0, 3);
    const type = (header >> 1) & 3;
    this.#lastBlock = (header & 1) !== 0;
    if (this.#isReserved) {
      this.#state = 'lost';
      yield { kind: 'damage', why: 'a zstd block has a reserved type', lost: true };
      return;
    }
    // a run-length block stores one byte whatever it decodes to
    this.#left = type === 1 ? 1 : header >> 3;
    this.#state = 'block';
    if (this.#left === 0) yield* this.#bodyOver();
  }

  *#takeBody(bytes: Uint8Array): Generator<ZstdEvent, void, undefined> {
    if (this.#state === 'block') yield { kind: 'data', bytes };
    else if (this.#state === 'checksum') {
      this.#readChecksum(bytes);
      yield { kind: 'checksum', bytes };
    }
    if (this.#left === 0) yield* this.#bodyOver();
  }

  *#bodyOver(): Generator<ZstdEvent, void, undefined> {
    if (this.#state === 'block' && !this.#lastBlock) this.#enter('block-header', 3);
    else if (this.#state === 'block' && this.#checksum) {
      this.#state = 'checksum';
      this.#left = 4;
      this.#checksumValue = 0;
    } else {
      if (this.#state !== 'skip')
        yield { kind: 'frame-end', checksum: this.#state === 'checksum' ? this.#checksumValue : undefined };
      this.#enter('magic', 4);
    }
  }

  /** Little-endian, in any pieces: the first bytes are shifted out to the right. */
  #readChecksum(bytes: Uint8Array): void {
    for (const byte of bytes) this.#checksumValue = ((this.#checksumValue >>> 8) | (byte << 24)) >>> 0;
  }

  #enter(state: State, needed: number): void {
    this.#state = state;
    this.#filled = 0;
    this.#needed = needed;
  }

  /** Little-endian. */
  #uint(start: number, length: number): number {
    let value = 0;
    for (let i = length - 1; i >= 0; i--) value = value * 256 + this.#head[start + i]!;
    return value;
  }
}

/** RFC 8878, 3.1.1.1.2. */
function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}
