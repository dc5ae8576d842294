import { DeflateDecoder } from './decoder.ts';

/** Those that no stream uses: an image is thousands of streams, and a decoder's memory is costly to make. */
const free: DeflateDecoder[] = [];
/** As many streams as lie in one another, in a few layers; of more the memory is given back. */
const mostFree = 16;
let refused = false;

/** A decoder for one stream; undefined where WebAssembly is refused, or short of address space. */
export function borrowDecoder(): DeflateDecoder | undefined {
  const decoder = free.pop();
  if (decoder !== undefined || refused) return decoder;
  try {
    return new DeflateDecoder();
  } catch {
    // without one there will be none later; with some, only their number is too large
    refused = free.length === 0;
    return undefined;
  }
}

/** Takes back a decoder that nobody uses any more. */
export function returnDecoder(decoder: DeflateDecoder): void {
  decoder.reset();
  if (free.length < mostFree) free.push(decoder);
}
