import { blockBytes, pairModule } from '../containers/embedded/pair-module.ts';
import { type Anchor, type AnchorBytes, anchorBytes } from './anchors.ts';
import { windowBytes, windowsOf } from './windows.ts';

/** Called with the index of the anchor and where it begins; in no promised order, but nearly in that of the bytes. */
export type OnAnchor = (anchor: number, start: number) => void;

/** Finds anchors: every one, by the four bytes of it that are the rarest. */
export interface AnchorSearch {
  /** How many bytes before a position an anchor may begin that is found there, and how many from it on must be at hand. */
  behind: number;
  ahead: number;
  /** Tells the anchors that are found at positions from `from` and below `to`. Behind the bytes there is nothing. */
  search(bytes: Uint8Array, from: number, to: number, onAnchor: OnAnchor): void;
}

/** An anchor that may stand where one of its windows does. */
interface Candidate extends AnchorBytes {
  anchor: number;
  /** Of the window. */
  offset: number;
  /** 1 for each byte of the alphabet. */
  follows: Uint8Array;
}

/** Where the windows of anchors may stand: positions in the bytes. */
type Look = (bytes: Uint8Array, from: number, to: number, onPosition: (position: number) => void) => void;

/** Compiles the search: in WebAssembly, or in plain JavaScript where that or its vectors are refused. Both find the same. */
export function anchorSearch(anchors: readonly Anchor[], backend?: 'wasm' | 'plain'): AnchorSearch {
  const all = anchors.map(anchorBytes);
  const { windows, tables } = windowsOf(all);
  const candidates = new Map<number, Candidate[]>();
  const known = new KnownKeys();
  windows.forEach(({ offset, keys }, anchor) => {
    const { alphabet, ...facts } = all[anchor]!;
    const follows = new Uint8Array(256);
    for (const byte of alphabet) follows[byte] = 1;
    for (const key of keys) {
      known.add(key);
      candidates.set(key, [...(candidates.get(key) ?? []), { ...facts, alphabet, anchor, offset, follows }]);
    }
  });
  const look = backend === 'plain' ? plainLook : vectorLook(tables, backend);
  return {
    behind: Math.max(0, ...windows.map(({ offset }) => offset)),
    ahead: Math.max(
      windowBytes,
      ...all.map(({ bytes, least }, anchor) => bytes.length + least - windows[anchor]!.offset),
    ),
    search(bytes, from, to, onAnchor) {
      look(bytes, from, Math.min(to, bytes.length - windowBytes + 1), (position) => {
        const key = keyAt(bytes, position);
        if (!known.has(key)) return;
        for (const candidate of candidates.get(key) ?? []) {
          const start = position - candidate.offset;
          if (start >= 0 && standsAt(candidate, bytes, start)) onAnchor(candidate.anchor, start);
        }
      });
    },
  };
}

/** The windows that are looked for, nearly: asked for each place that looks like one, so it must be quick. */
class KnownKeys {
  readonly #table = new Uint8Array(1 << 14);

  add(key: number): void {
    this.#table[this.#hash(key)] = 1;
  }

  has(key: number): boolean {
    return this.#table[this.#hash(key)] === 1;
  }

  #hash(key: number): number {
    // Fibonacci hashing (Knuth, TAOCP 3, 6.4)
    return Math.imul(key, 0x9e3779b1) >>> 18;
  }
}

function keyAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function standsAt({ bytes: anchor, follows, least }: Candidate, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < anchor.length; index++) if (bytes[start + index] !== anchor[index]) return false;
  const end = start + anchor.length + least;
  if (end > bytes.length) return false;
  for (let at = start + anchor.length; at < end; at++) if (follows[bytes[at]!] === 0) return false;
  return true;
}

const plainLook: Look = (_bytes, from, to, onPosition) => {
  for (let at = from; at < to; at++) onPosition(at);
};

const workBytes = 64 * 1024;
const hitsBytes = (workBytes / blockBytes) * 8;

interface VectorInstance {
  memory: { buffer: ArrayBuffer };
  run(at: number, stop: number): number;
}

interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: Record<string, unknown> };
}

/** One memory for all streams: bytes are copied there a piece at a time. */
function vectorLook(tables: Uint8Array, backend: 'wasm' | undefined): Look {
  let run: VectorInstance['run'];
  let memory: ArrayBuffer;
  const layout = { hits: 0, tables: hitsBytes, work: hitsBytes + tables.length, pages: 2 };
  try {
    const api = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
    if (api === undefined) throw new Error('no WebAssembly');
    const { exports } = new api.Instance(new api.Module(pairModule(layout, 2)));
    const instance = exports as unknown as VectorInstance;
    run = instance.run;
    memory = instance.memory.buffer;
  } catch (error) {
    if (backend === 'wasm') throw error;
    return plainLook;
  }
  new Uint8Array(memory, layout.tables).set(tables);
  const work = new Uint8Array(memory, layout.work, workBytes);
  const hits = new Int32Array(memory, layout.hits, hitsBytes / 4);
  return (bytes, from, to, onPosition) => {
    for (let start = from; start < to; start += workBytes - windowBytes + 1) {
      const piece = bytes.subarray(start, start + workBytes);
      work.set(piece);
      const end = Math.min(to, start + workBytes - windowBytes + 1);
      const blocks = run(0, end - start);
      for (let block = 0; block < blocks; block++) {
        const first = start + hits[2 * block]!;
        for (let bits = hits[2 * block + 1]!; bits !== 0; bits &= bits - 1) {
          const at = first + 31 - Math.clz32(bits & -bits);
          // the last block goes on behind the bytes, where old ones stand
          if (at < end) onPosition(at);
        }
      }
    }
  };
}
