import { webAssembly } from '../../wasm/webassembly.ts';
import {
  beginnings,
  firstSeparator,
  isTextual,
  judgedCharacters,
  longestPrefix,
  nibbles,
  notHex,
} from './encoded-start.ts';
import { isWordAt, LongWords, sextets } from './long-words.ts';
import { layout, secondsBytes, wordModule, workBytes } from './word-module.ts';

/** Words of bytes, in order. */
export interface Words {
  next(): { start: number; end: number } | undefined;
  /** Goes on behind this offset. */
  skipTo(offset: number): void;
}

/** So much is searched before a module is made, which takes as long. */
const worthModule = 256 * 1024;
/** The module tells no shorter words. */
const shortestTold = 32;

let searched = 0;
let search: WordSearch | undefined;
let refused = false;

/**
 * The words of `shortest` characters or more in which `encodedStart` may find something, and perhaps others.
 *
 * In WebAssembly, or as `LongWords` where that or its vectors are refused, or not worth it.
 */
export function wordsIn(bytes: Uint8Array, shortest: number, from = 0, backend?: 'wasm' | 'plain'): Words {
  const isPlain = shortest < shortestTold || backend === 'plain' || (backend === undefined && !isWorthModule(bytes));
  const found = isPlain ? undefined : theSearch();
  return found === undefined ? new LongWords(bytes, shortest, from) : new ToldWords(found, bytes, shortest, from);
}

function isWorthModule({ length }: Uint8Array): boolean {
  if (search !== undefined) return true;
  searched += length;
  return searched > worthModule;
}

function theSearch(): WordSearch | undefined {
  if (search !== undefined || refused) return search;
  try {
    search = new WordSearch();
  } catch {
    refused = true;
  }
  return search;
}

interface WordInstance {
  memory: { buffer: ArrayBuffer };
  search(stop: number, shortest: number): number;
}

/** What one call tells. */
interface Told {
  /** Starts and ends, in turn. */
  hits: Int32Array;
  /** Where the word begins that goes on at the end. */
  open: number;
}

const none = new Int32Array(0);

class WordSearch {
  readonly #search: WordInstance['search'];
  readonly #work: Uint8Array;
  readonly #hits: Int32Array;
  readonly #open: Int32Array;

  /** Throws where WebAssembly, its vectors or its memory are refused. */
  constructor() {
    const api = webAssembly();
    if (api === undefined) throw new Error('no WebAssembly');
    const module = new api.Module(wordModule({ judgedCharacters, longestPrefix, firstSeparator, notHex }));
    const { memory, search } = new api.Instance(module).exports as unknown as WordInstance;
    this.#search = search;
    this.#work = new Uint8Array(memory.buffer, layout.work);
    this.#hits = new Int32Array(memory.buffer, layout.hits, (layout.open - layout.hits) / 4);
    this.#open = new Int32Array(memory.buffer, layout.open, 1);
    writeTables(memory.buffer);
  }

  /** Looks at the bytes from `start`, as many as there is room for. */
  look(bytes: Uint8Array, start: number, shortest: number): Told {
    const left = bytes.length - start;
    // whether a slash is escaped is told by the byte before it
    this.#work.set(bytes.subarray(start, start + workBytes + 1));
    // what ends the last word; neither is what was there before a slash
    if (left <= workBytes) this.#work[left] = 0;
    const count = this.#search(Math.min(left + 1, workBytes), shortest);
    return { hits: count === 0 ? none : this.#hits.slice(0, 2 * count), open: this.#open[0]! };
  }
}

class ToldWords implements Words {
  readonly #search: WordSearch;
  readonly #bytes: Uint8Array;
  readonly #shortest: number;
  /** All before it is told or left out. */
  #done: number;
  /** Up to where was looked, but for a word that goes on there. */
  #next: number;
  /** It was told to go on where it had looked already: maybe within a word. */
  #isCut = false;
  #start = 0;
  #hits: Int32Array = none;
  #hit = 0;

  constructor(search: WordSearch, bytes: Uint8Array, shortest: number, from: number) {
    this.#search = search;
    this.#bytes = bytes;
    this.#shortest = shortest;
    this.#done = from;
    this.#next = from;
  }

  skipTo(offset: number): void {
    if (offset <= this.#done) return;
    this.#done = offset;
    this.#isCut = offset < this.#next;
    this.#next = Math.max(this.#next, offset);
  }

  next(): { start: number; end: number } | undefined {
    for (let word = this.#restOfCut(); ; word = this.#look()) {
      if (word !== undefined) {
        this.#done = word.end;
        return word;
      }
      while (this.#hit < this.#hits.length) {
        const start = this.#start + this.#hits[this.#hit]!;
        const end = this.#start + this.#hits[this.#hit + 1]!;
        this.#hit += 2;
        if (start < this.#done) continue;
        this.#done = end;
        return { start, end };
      }
      if (this.#next >= this.#bytes.length) return undefined;
    }
  }

  #restOfCut(): { start: number; end: number } | undefined {
    const start = this.#done;
    const isCut = this.#isCut && isWordAt(this.#bytes, start - 1);
    this.#isCut = false;
    if (!isCut) return undefined;
    const end = this.#endFrom(start);
    return end - start < this.#shortest ? undefined : { start, end };
  }

  /** Looks at what comes next. Gives back a word only when there is no room for its end. */
  #look(): { start: number; end: number } | undefined {
    const start = this.#next;
    const { hits, open } = this.#search.look(this.#bytes, start, this.#shortest);
    this.#start = start;
    this.#hits = hits;
    this.#hit = 0;
    this.#next = this.#bytes.length - start < workBytes ? this.#bytes.length : start + open;
    if (this.#next > start) return undefined;
    this.#next = this.#endFrom(start);
    return { start, end: this.#next };
  }

  #endFrom(start: number): number {
    let end = start;
    while (isWordAt(this.#bytes, end)) end++;
    return end;
  }
}

/** Of all bytes; and of what begins with two bytes that no text has. */
function writeTables(memory: ArrayBuffer): void {
  const table = (address: number, length = 256): Uint8Array => new Uint8Array(memory, address, length);
  table(layout.sextets).set(sextets);
  table(layout.nibbles).set(nibbles);
  const [lows, highs] = [table(layout.lows, 16), table(layout.highs, 16)];
  for (let byte = 0; byte < 256; byte++) {
    table(layout.textual)[byte] = isTextual(byte) ? 1 : 0;
    if (sextets[byte] === 255) continue;
    // of the eight high nibbles of ASCII
    lows[byte & 15]! |= 1 << (byte >> 4);
    highs[byte >> 4]! |= 1 << (byte >> 4);
  }
  const rows = new Map<number, number>();
  for (const [first, second] of beginnings) {
    const row = rows.get(first) ?? rows.size + 1;
    rows.set(first, row);
    table(layout.firsts)[first] = row;
    table(layout.seconds + secondsBytes * row, secondsBytes)[second >> 3]! |= 1 << (second & 7);
  }
}
