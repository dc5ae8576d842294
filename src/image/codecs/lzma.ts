const probabilityBits = 11;
const halfProbability = 1 << (probabilityBits - 1);
const moveBits = 5;
const smallestRange = 2 ** 24;
const states = 12;
const mostPosStates = 16;
const firstMatchLength = 2;
/** Distance slots below this are the distance itself; below the next, their lower bits have probabilities of their own. */
const firstModelSlot = 4;
const endModelSlot = 14;
const alignBits = 4;
/** Instead of a distance: the data ends here. */
const endMarker = 0xffffffff;
/** Input that one symbol may need (liblzma's LZMA_REQUIRED_INPUT_MAX), rounded up. */
export const mostSymbolBytes = 24;
/** What begins a stream, for the range decoder. */
export const startBytes = 5;

/** The data is not what the format allows. */
export class LzmaError extends Error {}

/** Where decoded bytes go, and where matches copy from. */
export interface LzmaWindow {
  /** Bytes since the window was last emptied. */
  readonly length: number;
  put(byte: number): void;
  /** The byte `distance` back, 1 for the last one; 0 in an empty window. */
  back(distance: number): number;
  copy(distance: number, length: number): void;
  /** How far back a match may reach. */
  readonly reach: number;
}

/** How far a part of a stream is to be decoded, in bytes; `left` may be infinite. */
export interface LzmaBounds {
  most: number;
  left: number;
  reserve: number;
}

/** How far a part of a stream was decoded. */
export interface LzmaPart {
  /** Bytes of the input. */
  taken: number;
  /** Bytes that went into the window. */
  decoded: number;
  /** The end marker was met. */
  marker: boolean;
}

/** Probabilities of a length. */
interface LengthModel {
  choice: Uint16Array;
  low: Uint16Array;
  middle: Uint16Array;
  high: Uint16Array;
}

/**
 * The LZMA decoder: probabilities, state and the last four distances.
 *
 * Format: the LZMA specification of the LZMA SDK (lzma-specification.txt), whose names are kept.
 */
export class Lzma {
  #lc = 0;
  #lpMask = 0;
  #pbMask = 0;
  #state = 0;
  /** The last four distances less one, newest first. */
  readonly #reps = new Uint32Array(4);
  #literal = new Uint16Array(0);
  #isMatch = new Uint16Array(states * mostPosStates);
  #isRep = new Uint16Array(states * 4);
  #isRep0Long = new Uint16Array(states * mostPosStates);
  #slots = new Uint16Array(4 * 64);
  #special = new Uint16Array(128);
  #align = new Uint16Array(1 << alignBits);
  #matchLength = lengthModel();
  #repLength = lengthModel();
  // the range decoder
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;
  #range = 0;
  #code = 0;

  /** Sets `lc`, `lp` and `pb` from their byte. Throws LzmaError when they are out of range; LZMA2 allows less than LZMA. */
  setProperties(byte: number, mostLiteralBits = 4): void {
    const lc = byte % 9;
    const lp = Math.floor(byte / 9) % 5;
    const pb = Math.floor(byte / 45);
    if (pb > 4 || lc + lp > mostLiteralBits) throw new LzmaError('properties');
    this.#lc = lc;
    this.#lpMask = (1 << lp) - 1;
    this.#pbMask = (1 << pb) - 1;
    this.#literal = new Uint16Array(0x300 << (lc + lp));
  }

  reset(): void {
    this.#state = 0;
    this.#reps.fill(0);
    const models = [
      this.#literal,
      this.#isMatch,
      this.#isRep,
      this.#isRep0Long,
      this.#slots,
      this.#special,
      this.#align,
    ];
    for (const model of models) model.fill(halfProbability);
    for (const length of [this.#matchLength, this.#repLength])
      for (const model of Object.values(length) as Uint16Array[]) model.fill(halfProbability);
  }

  /** Decodes one chunk of LZMA2 to exactly `size` bytes. Throws LzmaError when it is broken. */
  decode(input: Uint8Array, size: number, window: LzmaWindow): void {
    this.start(input);
    this.#input = input;
    this.#at = startBytes;
    for (let left = size; left > 0; ) {
      const length = this.#symbol(window, left);
      if (length === 0) throw new LzmaError('marker');
      left -= length;
    }
    if (this.#at !== input.length || this.#code !== 0) throw new LzmaError('end');
  }

  /** Begins a stream: takes its first five bytes. */
  start(input: Uint8Array): void {
    if (input.length < startBytes || input[0] !== 0) throw new LzmaError('start');
    this.#range = 0xffffffff;
    this.#code = 0;
    for (let at = 1; at < startBytes; at++) this.#code = ((this.#code << 8) | input[at]!) >>> 0;
  }

  /** Everything that was put in is out: only then can a stream of a known size be over. */
  get settled(): boolean {
    return this.#code === 0;
  }

  /**
   * Goes on with a stream, until `most` bytes or a few more are decoded, `reserve` bytes of the input are left, or the end
   * marker is met. No match may go beyond `left` bytes.
   *
   * With a reserve of `mostSymbolBytes` it cannot be stopped by a cut; with one of -1 it goes on until more input is needed. Throws LzmaError on broken data, and when it is cut off.
   */
  decodePart(input: Uint8Array, { most, left, reserve }: LzmaBounds, window: LzmaWindow): LzmaPart {
    this.#input = input;
    this.#at = 0;
    let decoded = 0;
    while (decoded < most && decoded < left && input.length - this.#at > reserve) {
      const length = this.#symbol(window, left - decoded);
      if (length === 0) return { taken: this.#at, decoded, marker: this.#settle() };
      decoded += length;
    }
    return { taken: this.#at, decoded, marker: false };
  }

  /** Reads a marker that stands behind the last byte of a stream whose size is known. Throws LzmaError when there is none. */
  readMarker(input: Uint8Array, window: LzmaWindow): number {
    this.#input = input;
    this.#at = 0;
    if (this.#symbol(window, 0) !== 0) throw new LzmaError('marker');
    this.#settle();
    return this.#at;
  }

  #settle(): true {
    if (!this.settled) throw new LzmaError('end');
    return true;
  }

  /** One literal or match of at most `left` bytes; gives back its length, 0 for the end marker. */
  #symbol(window: LzmaWindow, left: number): number {
    const posState = window.length & this.#pbMask;
    if (this.#bit(this.#isMatch, this.#state * mostPosStates + posState) === 0) {
      if (left === 0) throw new LzmaError('literal');
      this.#readLiteral(window);
      return 1;
    }
    const length = this.#readMatch(posState);
    const distance = this.#reps[0]!;
    if (distance === endMarker) return 0;
    if (distance >= window.reach) throw new LzmaError('distance');
    if (length > left) throw new LzmaError('match');
    window.copy(distance + 1, length);
    return length;
  }

  #bit(model: Uint16Array, index: number): number {
    const probability = model[index]!;
    const bound = (this.#range >>> probabilityBits) * probability;
    let bit = 0;
    if (this.#code < bound) {
      this.#range = bound;
      model[index] = probability + (((1 << probabilityBits) - probability) >> moveBits);
    } else {
      this.#range -= bound;
      this.#code -= bound;
      model[index] = probability - (probability >> moveBits);
      bit = 1;
    }
    if (this.#range < smallestRange) this.#next();
    return bit;
  }

  #next(): void {
    if (this.#at >= this.#input.length) throw new LzmaError('cut off');
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#input[this.#at++]!) >>> 0;
  }

  #directBits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) {
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
      if (this.#range < smallestRange) this.#next();
    }
    return value;
  }

  #tree(model: Uint16Array, base: number, bits: number): number {
    let node = 1;
    for (let index = 0; index < bits; index++) node = (node << 1) | this.#bit(model, base + node);
    return node - (1 << bits);
  }

  #reverseTree(model: Uint16Array, base: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let index = 0; index < bits; index++) {
      const bit = this.#bit(model, base + node);
      node = (node << 1) | bit;
      value |= bit << index;
    }
    return value;
  }

  #readLiteral(window: LzmaWindow): void {
    const place = ((window.length & this.#lpMask) << this.#lc) | (window.back(1) >> (8 - this.#lc));
    const base = 0x300 * place;
    let symbol = 1;
    if (this.#state >= 7) {
      // behind a match, the byte that stands where it would have gone on
      let expected = window.back(this.#reps[0]! + 1);
      while (symbol < 0x100) {
        const bit = (expected >> 7) & 1;
        expected <<= 1;
        const found = this.#bit(this.#literal, base + ((1 + bit) << 8) + symbol);
        symbol = (symbol << 1) | found;
        if (found !== bit) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(this.#literal, base + symbol);
    window.put(symbol & 0xff);
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** Sets the distance, and gives back the length. */
  #readMatch(posState: number): number {
    return this.#bit(this.#isRep, this.#state * 4) === 0 ? this.#newMatch(posState) : this.#repMatch(posState);
  }

  #newMatch(posState: number): number {
    const length = this.#readLength(this.#matchLength, posState);
    const distance = this.#readDistance(length);
    this.#reps.copyWithin(1, 0, 3);
    this.#reps[0] = distance;
    this.#state = this.#state < 7 ? 7 : 10;
    return length;
  }

  #repMatch(posState: number): number {
    const rep = this.#state * 4;
    if (this.#bit(this.#isRep, rep + 1) === 0) {
      if (this.#bit(this.#isRep0Long, this.#state * mostPosStates + posState) === 0) {
        this.#state = this.#state < 7 ? 9 : 11;
        return 1;
      }
    } else if (this.#bit(this.#isRep, rep + 2) === 0) this.#toFront(1);
    else if (this.#bit(this.#isRep, rep + 3) === 0) this.#toFront(2);
    else this.#toFront(3);
    const length = this.#readLength(this.#repLength, posState);
    this.#state = this.#state < 7 ? 8 : 11;
    return length;
  }

  #toFront(index: number): void {
    const distance = this.#reps[index]!;
    this.#reps.copyWithin(1, 0, index);
    this.#reps[0] = distance;
  }

  #readLength({ choice, low, middle, high }: LengthModel, posState: number): number {
    if (this.#bit(choice, 0) === 0) return firstMatchLength + this.#tree(low, posState * 8, 3);
    if (this.#bit(choice, 1) === 0) return firstMatchLength + 8 + this.#tree(middle, posState * 8, 3);
    return firstMatchLength + 16 + this.#tree(high, 0, 8);
  }

  #readDistance(length: number): number {
    const slot = this.#tree(this.#slots, Math.min(length - firstMatchLength, 3) * 64, 6);
    if (slot < firstModelSlot) return slot;
    const bits = (slot >> 1) - 1;
    const start = (2 | (slot & 1)) * 2 ** bits;
    if (slot < endModelSlot) return start + this.#reverseTree(this.#special, start - slot, bits);
    const upper = this.#directBits(bits - alignBits) * 2 ** alignBits;
    return start + upper + this.#reverseTree(this.#align, 0, alignBits);
  }
}

function lengthModel(): LengthModel {
  return {
    choice: new Uint16Array(2),
    low: new Uint16Array(mostPosStates * 8),
    middle: new Uint16Array(mostPosStates * 8),
    high: new Uint16Array(256),
  };
}
