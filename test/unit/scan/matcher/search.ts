import { type Backend, compileNeedles, type Matcher, type Pattern } from '../../../../src/scan/matcher/index.ts';
import type { Match } from './naive.ts';

/** The loop that `Backend` names; the tests run with each of them. */
export const backends: readonly Backend[] = ['wasm', 'plain'];

/**
 * What the matcher tells when `bytes` come in chunks of the given sizes, repeated until all are pushed.
 *
 * Every chunk is wiped after its push, as a caller that reuses its buffer does.
 */
export function search(
  needles: readonly (Uint8Array | Pattern)[] | Matcher,
  bytes: Uint8Array,
  sizes: readonly number[] = [Number.POSITIVE_INFINITY],
  backend: Backend = 'wasm',
): Match[] {
  const matches: Match[] = [];
  const matcher = 'stream' in needles ? needles : compileNeedles(needles, { backend });
  const stream = matcher.stream((needle, start, end) => matches.push(`${needle}@${start}-${end}`));
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const chunk = Uint8Array.from(bytes.subarray(at, at + (sizes[turn % sizes.length] as number)));
    stream.push(chunk);
    at += chunk.length;
    chunk.fill(0x2a);
  }
  stream.end();
  return matches.sort();
}
