import type { ReportDamage, Sink } from '../sink.ts';
import { type Codes, fixedCodes, Inflate64Error, readCodes, symbolOf } from './inflate64-codes.ts';
import { Inflate64Input } from './inflate64-input.ts';

const windowBytes = 64 * 1024;
const pieceBytes = 256 * 1024;
/** The longest match, of 16 extra bits. */
const longestMatch = 3 + 0xffff;
/** Input that the header of a block may need, and one symbol with what belongs to it; rounded up. */
const headerBytes = 600;
const symbolBytes = 16;
const endOfBlock = 256;
const longMatch = 285;

/**
 * Decompresses Deflate64, which Windows and 7-Zip write into a zip (method 9), into `out`.
 *
 * Deflate with a window of 64 KiB: the last length means 3 and 16 bits more, and there are two more distances. Nobody published a
 * document of it; read as 7-Zip and Info-ZIP's unzip do, else by RFC 1951. Bytes behind the last block are passed over.
 */
export function inflate64(out: Sink, damaged: ReportDamage): Sink {
  return new Inflate64Sink(out, damaged);
}

type State = 'block' | 'stored' | 'coded' | 'over';

class Inflate64Sink implements Sink {
  readonly #out: Sink;
  readonly #damaged: ReportDamage;
  readonly #input = new Inflate64Input();
  #state: State = 'block';
  #lastBlock = false;
  #codes: Codes = fixedCodes();
  /** Of a stored block. */
  #left = 0;
  /** The window, and behind it what was decoded since. */
  readonly #output = new Uint8Array(windowBytes + pieceBytes + longestMatch);
  #handedOn = 0;
  #end = 0;

  constructor(out: Sink, damaged: ReportDamage) {
    this.#out = out;
    this.#damaged = damaged;
  }

  get done(): boolean {
    return this.#state === 'over' || this.#out.done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.done) return;
    this.#input.add(chunk);
    await this.#decode(false);
  }

  async end(): Promise<void> {
    if (!this.done) await this.#decode(true);
    if (!this.done) this.#fail('the compressed data is cut off');
    await this.#out.end();
  }

  close(): void {
    this.#state = 'over';
    this.#out.close();
  }

  /** As far as the input surely lasts; `last`: there will be no more. */
  async #decode(last: boolean): Promise<void> {
    let broken = false;
    let goesOn = true;
    while (goesOn && !broken && !this.done) {
      try {
        goesOn = this.#step(last);
      } catch (error) {
        if (!(error instanceof Inflate64Error)) throw error;
        broken = true;
      }
      await this.#handOn();
    }
    if (broken) this.#fail('the compressed data is broken', true);
  }

  /** Decodes up to a piece; false when more input is needed, or has run out. */
  #step(last: boolean): boolean {
    const input = this.#input;
    let sure = this.#end;
    while (this.#end < windowBytes + pieceBytes && this.#state !== 'over') {
      const needed = this.#state === 'block' ? headerBytes : this.#state === 'coded' ? symbolBytes : 1;
      if (input.left < (last ? 1 : needed) && !(last && this.#state === 'coded')) return false;
      if (this.#state === 'block') this.#readBlock();
      else if (this.#state === 'stored') this.#takeStored();
      else this.#takeSymbol();
      if (input.overrun) {
        // what was made of the zeros behind the end is no content, and no end
        this.#end = sure;
        this.#state = 'block';
        return false;
      }
      sure = this.#end;
    }
    return true;
  }

  #readBlock(): void {
    const input = this.#input;
    this.#lastBlock = input.take(1) === 1;
    const type = input.take(2);
    if (type === 3) throw new Inflate64Error();
    this.#state = type === 0 ? 'stored' : 'coded';
    if (type === 1) this.#codes = fixedCodes();
    else if (type === 2) this.#codes = readCodes(input);
    else {
      input.align();
      this.#left = input.take(16);
      if ((input.take(16) ^ this.#left) !== 0xffff && !input.overrun) throw new Inflate64Error();
      if (this.#left === 0) this.#leaveBlock();
    }
  }

  #takeStored(): void {
    const bytes = this.#input.takeBytes(Math.min(this.#left, windowBytes + pieceBytes - this.#end));
    this.#output.set(bytes, this.#end);
    this.#end += bytes.length;
    this.#left -= bytes.length;
    if (this.#left === 0) this.#leaveBlock();
  }

  #takeSymbol(): void {
    const symbol = symbolOf(this.#codes.lengths, this.#input);
    if (symbol < endOfBlock) this.#output[this.#end++] = symbol;
    else if (symbol === endOfBlock) this.#leaveBlock();
    else this.#copy(this.#readLength(symbol - endOfBlock), this.#readDistance());
  }

  #readLength(code: number): number {
    if (code + endOfBlock > longMatch) throw new Inflate64Error();
    if (code + endOfBlock === longMatch) return 3 + this.#input.take(16);
    if (code < 9) return code + 2;
    const extra = (code - 5) >> 2;
    return ((4 + ((code - 1) & 3)) << extra) + 3 + this.#input.take(extra);
  }

  #readDistance(): number {
    const code = symbolOf(this.#codes.distances, this.#input);
    if (code < 4) return code + 1;
    const extra = (code >> 1) - 1;
    return ((2 | (code & 1)) << extra) + 1 + this.#input.take(extra);
  }

  #copy(length: number, distance: number): void {
    if (distance > this.#end) throw new Inflate64Error();
    for (let at = this.#end; at < this.#end + length; at++) this.#output[at] = this.#output[at - distance]!;
    this.#end += length;
  }

  #leaveBlock(): void {
    this.#state = this.#lastBlock ? 'over' : 'block';
  }

  async #handOn(): Promise<void> {
    if (this.#end > this.#handedOn && !this.#out.done)
      await this.#out.push(this.#output.subarray(this.#handedOn, this.#end));
    const gone = Math.max(0, this.#end - windowBytes);
    this.#output.copyWithin(0, gone, this.#end);
    this.#end -= gone;
    this.#handedOn = this.#end;
  }

  #fail(why: string, lost?: boolean): void {
    this.#state = 'over';
    this.#damaged(why, lost);
  }
}
