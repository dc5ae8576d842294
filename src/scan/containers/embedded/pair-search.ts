import { webAssembly } from '../../../wasm/webassembly.ts';
import { blockBytes, tableCount } from './pair-module.ts';
import { aroundBytes, layout, type Pattern, patternModule, workBytes } from './pattern-module.ts';

/** Finds the pairs of patterns; asked again behind what it found, it does not look at the same bytes twice. */
export interface PairSearch {
  /**
   * The first position from `from`, below `to`, at which a pair stands; -1 where none does. Not all of those that belong to no
   * pattern are told.
   *
   * `bytes` are known again by the object: one that was asked about must not get other content.
   */
  find(bytes: Uint8Array, from: number, to: number): number;
}

/** The search in WebAssembly, or in plain JavaScript where that or its vectors are refused. */
export function pairSearch(patterns: readonly Pattern[], backend?: 'wasm' | 'plain'): PairSearch {
  if (backend === 'plain') return new PlainSearch(patterns);
  try {
    return new VectorSearch(patterns);
  } catch (error) {
    if (backend === 'wasm') throw error;
    return new PlainSearch(patterns);
  }
}

class PlainSearch implements PairSearch {
  readonly #isPair = new Uint8Array(65_536);

  constructor(patterns: readonly Pattern[]) {
    for (const { first, second } of patterns) this.#isPair[first * 256 + second] = 1;
  }

  find(bytes: Uint8Array, from: number, to: number): number {
    const stop = Math.min(to, bytes.length - 1);
    for (let at = from; at < stop; at++) if (this.#isPair[bytes[at]! * 256 + bytes[at + 1]!] === 1) return at;
    return -1;
  }
}

interface PairInstance {
  memory: { buffer: ArrayBuffer };
  search(stop: number): number;
}

class VectorSearch implements PairSearch {
  readonly #search: PairInstance['search'];
  /** What stands before the bytes that are looked at, these, and what stands behind them. */
  readonly #work: Uint8Array;
  readonly #hits: Int32Array;
  /** The bytes that were looked at last, and which of them: what was found there is in `#hits`. */
  #bytes: Uint8Array | undefined;
  #start = 0;
  #end = 0;
  #count = 0;
  #hit = 0;
  /** From where was asked last: what was told is left out from then on. */
  #asked = 0;

  /** Throws where WebAssembly, its vectors or its memory are refused. */
  constructor(patterns: readonly Pattern[]) {
    const api = webAssembly();
    if (api === undefined) throw new Error('no WebAssembly');
    const { memory, search } = new api.Instance(new api.Module(patternModule(patterns)))
      .exports as unknown as PairInstance;
    this.#search = search;
    this.#work = new Uint8Array(memory.buffer, layout.work - aroundBytes, workBytes + 2 * aroundBytes);
    this.#hits = new Int32Array(memory.buffer, layout.told, workBytes);
    writeTables(new Uint8Array(memory.buffer, layout.tables, tableCount * blockBytes), patterns);
  }

  find(bytes: Uint8Array, from: number, to: number): number {
    const stop = Math.min(to, bytes.length - 1);
    let at = from;
    if (bytes !== this.#bytes || at < this.#asked) this.#end = 0;
    this.#asked = at;
    while (at < stop) {
      if (at >= this.#end) this.#look(bytes, at);
      for (; this.#hit < this.#count; this.#hit++) {
        const found = this.#start + this.#hits[this.#hit]!;
        if (found >= at && found < this.#end) return found < stop ? found : -1;
      }
      at = Math.max(at, this.#end);
    }
    return -1;
  }

  #look(bytes: Uint8Array, start: number): void {
    const before = Math.min(start, aroundBytes);
    const behind = start + workBytes + aroundBytes;
    this.#work.set(bytes.subarray(start - before, behind), aroundBytes - before);
    // not what was there when other bytes were looked at; behind the last byte stand zeros, as for `isDeflateStart`
    this.#work.fill(0, 0, aroundBytes - before);
    if (bytes.length < behind) {
      const end = aroundBytes + bytes.length - start;
      this.#work.fill(0, end, end + aroundBytes);
    }
    const looked = Math.min(bytes.length - start, workBytes);
    this.#count = this.#search(looked);
    this.#hit = 0;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = start + looked;
  }
}

function writeTables(tables: Uint8Array, patterns: readonly Pattern[]): void {
  for (const { first, second, group } of patterns)
    for (const [index, nibble] of [first & 15, first >> 4, second & 15, second >> 4].entries())
      tables[blockBytes * index + nibble]! |= 1 << group;
}
