import type { CreateRounds } from '../filter.ts';
import { type Layout, scanLoop, windowsARound } from './scan-loop.ts';
import { type ScanInstance, webAssembly } from './webassembly.ts';

const pageBytes = 65_536;
/**
 * A filter of a byte a hash is faster as long as it stays in the nearest caches, beside the inflated bytes that come by:
 * measured on whole images. With short steps, and so many looks into it for each byte, a larger one pays too.
 */
const widestFilterBits = { shortSteps: 19, longSteps: 16 };
const longStep = 8;
/** The grams of the last windows reach behind the work. */
const readBehind = 8;

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
  const layout = {
    ...layoutOf(table.length, grams.filter.byteLength, size, mostHits),
    wide,
  };
  const module = new api.Module(scanLoop({ stride, filterBits, gramBits: grams.bits }, layout));
  const exports = new api.Instance(module).exports as unknown as ScanInstance;
  const { buffer } = exports.memory;
  new Uint8Array(buffer).set(table, layout.filter);
  new Int32Array(buffer, layout.grams).set(grams.filter);
  const position = new Uint32Array(buffer, 0, 1);
  return {
    work: new Uint8Array(buffer, layout.work, size),
    hits: new Uint32Array(buffer, layout.hits, mostHits),
    windowsARound,
    look: (from, stop) => exports.run(from, stop),
    next: () => position[0] as number,
  };
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

function layoutOf(filterBytes: number, gramBytes: number, size: number, mostHits: number): Omit<Layout, 'wide'> {
  // The first word holds the next position; tables start on cache lines.
  const filter = 64;
  const grams = filter + filterBytes;
  const hits = grams + gramBytes;
  const work = hits + 4 * (mostHits + 16);
  return { filter, grams, hits, mostHits, work, pages: Math.ceil((work + size + readBehind) / pageBytes) };
}
