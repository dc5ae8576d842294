import { webAssembly } from '../../../wasm/webassembly.ts';
import type { CreateRounds } from '../filter.ts';
import { type Layout, scanLoop, windowsARound } from './scan-loop.ts';

/** What the scan loop exports. */
interface ScanInstance {
  memory: { buffer: ArrayBuffer };
  run(at: number, stop: number): number;
}

const pageBytes = 65_536;
/**
 * A filter of a byte a hash is faster as long as it stays in the nearest caches, beside the inflated bytes that come by:
 * measured on whole images. With short steps, and so many looks into it for each byte, a larger one pays too.
 */
const widestFilterBits = { shortSteps: 19, longSteps: 16 };
const longStep = 8;

/**
 * The scan loop in WebAssembly: about twice as fast as in JavaScript, as its loads are not checked one by one.
 *
 * Throws where WebAssembly is refused, or its memory cannot be reserved.
 */
export const wasmRounds: CreateRounds = ({ stride, filter, filterBits, grams }, size, mostHits) => {
  const api = webAssembly();
  if (api === undefined) throw new Error('no WebAssembly');
  const { shortSteps, longSteps } = widestFilterBits;
  const wide = filterBits <= (stride < longStep ? shortSteps : longSteps);
  const table = wide ? widened(filter) : new Uint8Array(filter.buffer);
  // each window that a call looks at may be a hit
  const mostWindows = Math.floor(mostHits / windowsARound) * windowsARound;
  const room = { hits: mostWindows, work: size + windowsARound * stride };
  const layout = { ...layoutOf(table.length, grams.filter.byteLength, room), wide };
  const module = new api.Module(scanLoop({ stride, filterBits, gramBits: grams.bits }, layout));
  const exports = new api.Instance(module).exports as unknown as ScanInstance;
  const { buffer } = exports.memory;
  new Uint8Array(buffer).set(table, layout.filter);
  new Int32Array(buffer, layout.grams).set(grams.filter);
  const hits = new Uint32Array(buffer, layout.hits, mostWindows);
  let next = 0;

  const look = (from: number, to: number): number => {
    next = from;
    if (from >= to) return 0;
    const stop = Math.min(to, from + mostWindows * stride);
    let found = exports.run(from, stop);
    // the last round went on behind the stop
    while (found > 0 && (hits[found - 1] as number) >= stop) found -= 1;
    next = from + Math.ceil((stop - from) / stride) * stride;
    return found;
  };
  return { work: new Uint8Array(buffer, layout.work, size), hits, windowsARound: 1, look, next: () => next };
};

/** A byte for each bit. */
function widened(filter: Int32Array): Uint8Array {
  const bytes = new Uint8Array(filter.length * 32);
  for (let word = 0; word < filter.length; word += 1) {
    for (let bits = filter[word] as number, hash = word * 32; bits !== 0; bits >>>= 1, hash += 1) {
      bytes[hash] = bits & 1;
    }
  }
  return bytes;
}

/** `room`: for how many hits, and how many bytes of work. */
function layoutOf(filterBytes: number, gramBytes: number, room: { hits: number; work: number }): Omit<Layout, 'wide'> {
  const filter = 0;
  const grams = filter + filterBytes;
  const groups = grams + gramBytes;
  const hits = groups + 4 * room.hits;
  // a position is written behind the last hit in any case; the grams of the first window reach before the work
  const work = hits + 4 * room.hits + 64;
  return { filter, grams, groups, hits, work, pages: Math.ceil((work + room.work + 64) / pageBytes) };
}
