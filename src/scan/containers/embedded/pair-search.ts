import { blockBytes, pairModule, tableCount } from './pair-module.ts';

/** Two bytes that stand next to each other; pairs of one group share their tables, so there are eight groups at most. */
export interface Pair {
  first: number;
  second: number;
  group: number;
}

/** Finds one of the pairs; asked again behind what it found, it does not look at the same bytes twice. */
export interface PairSearch {
  /**
   * The first position from `from`, below `to`, at which a pair stands; -1 where none does.
   *
   * `bytes` are known again by the object: one that was asked about must not get other content.
   */
  find(bytes: Uint8Array, from: number, to: number): number;
}

const workBytes = 64 * 1024;
const hitsBytes = (workBytes / blockBytes) * 8;
const layout = { hits: 0, tables: hitsBytes, work: hitsBytes + tableCount * blockBytes, pages: 2 };

/** The search in WebAssembly, or in plain JavaScript where that or its vectors are refused. Both find the same. */
export function pairSearch(pairs: readonly Pair[], backend?: 'wasm' | 'plain'): PairSearch {
  const isPair = new Uint8Array(65_536);
  for (const { first, second } of pairs) isPair[first * 256 + second] = 1;
  if (backend === 'plain') return new PlainSearch(isPair);
  try {
    return new VectorSearch(pairs, isPair);
  } catch (error) {
    if (backend === 'wasm') throw error;
    return new PlainSearch(isPair);
  }
}

class PlainSearch implements PairSearch {
  readonly #isPair: Uint8Array;

  constructor(isPair: Uint8Array) {
    this.#isPair = isPair;
  }

  find(bytes: Uint8Array, from: number, to: number): number {
    const stop = Math.min(to, bytes.length - 1);
    for (let at = from; at < stop; at++) if (this.#isPair[bytes[at]! * 256 + bytes[at + 1]!] === 1) return at;
    return -1;
  }
}

interface PairInstance {
  memory: { buffer: ArrayBuffer };
  run(at: number, stop: number): number;
}

interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: Record<string, unknown> };
}

class VectorSearch implements PairSearch {
  readonly #isPair: Uint8Array;
  readonly #run: PairInstance['run'];
  readonly #work: Uint8Array;
  readonly #hits: Int32Array;
  /** The bytes that were looked at last, and which of them: what was found there is in `#hits`. */
  #bytes: Uint8Array | undefined;
  #start = 0;
  #end = 0;
  #blocks = 0;
  #block = 0;
  /** From where was asked last: what was told is left out from then on. */
  #asked = 0;

  /** Throws where WebAssembly, its vectors or its memory are refused. */
  constructor(pairs: readonly Pair[], isPair: Uint8Array) {
    const api = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
    if (api === undefined) throw new Error('no WebAssembly');
    const module = new api.Module(pairModule(layout));
    const { memory, run } = new api.Instance(module).exports as unknown as PairInstance;
    this.#isPair = isPair;
    this.#run = run;
    this.#work = new Uint8Array(memory.buffer, layout.work, workBytes);
    this.#hits = new Int32Array(memory.buffer, layout.hits, hitsBytes / 4);
    writeTables(new Uint8Array(memory.buffer, layout.tables, tableCount * blockBytes), pairs);
  }

  find(bytes: Uint8Array, from: number, to: number): number {
    const stop = Math.min(to, bytes.length - 1);
    let at = from;
    if (bytes !== this.#bytes || at < this.#asked) this.#end = 0;
    this.#asked = at;
    while (at < stop) {
      if (at >= this.#end) this.#look(bytes, at);
      const found = this.#next(at);
      if (found >= 0) return found < stop ? found : -1;
      at = Math.max(at, this.#end);
    }
    return -1;
  }

  #look(bytes: Uint8Array, start: number): void {
    const piece = bytes.subarray(start, start + workBytes);
    this.#work.set(piece);
    this.#blocks = this.#run(0, piece.length);
    this.#block = 0;
    this.#bytes = bytes;
    this.#start = start;
    // a pair may go on behind the piece
    this.#end = start + piece.length - 1;
  }

  #next(from: number): number {
    for (; this.#block < this.#blocks; this.#block++) {
      const first = this.#start + this.#hits[2 * this.#block]!;
      for (let bits = this.#hits[2 * this.#block + 1]!; bits !== 0; bits &= bits - 1) {
        const at = first + 31 - Math.clz32(bits & -bits);
        if (at >= from && at < this.#end && this.#isPairAt(at - this.#start)) return at;
      }
    }
    return -1;
  }

  #isPairAt(at: number): boolean {
    return this.#isPair[this.#work[at]! * 256 + this.#work[at + 1]!] === 1;
  }
}

function writeTables(tables: Uint8Array, pairs: readonly Pair[]): void {
  for (const { first, second, group } of pairs)
    for (const [index, nibble] of [first & 15, first >> 4, second & 15, second >> 4].entries())
      tables[blockBytes * index + nibble]! |= 1 << group;
}
