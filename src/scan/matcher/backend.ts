import type { CreateRounds } from './filter.ts';
import { plainRounds } from './rounds.ts';
import { wasmRounds } from './wasm/rounds.ts';

/** In which language the scan loop runs. Both find the same. */
export type Backend = 'wasm' | 'plain';

/**
 * The loop of the given backend; without one, WebAssembly, and plain JavaScript where that is refused or short of address
 * space. The choice changes the speed only, so it is silent.
 */
export function roundsOf(backend: Backend | undefined): CreateRounds {
  if (backend === 'plain') return plainRounds;
  if (backend === 'wasm') return wasmRounds;
  return (...args) => {
    try {
      return wasmRounds(...args);
    } catch {
      return plainRounds(...args);
    }
  };
}
