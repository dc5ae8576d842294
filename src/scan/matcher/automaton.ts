import { byNumber, Edges, Numbers } from './edges.ts';

const root = 0;

/**
 * A needle set as a state machine that takes one byte at a time (Aho and Corasick, 1975).
 *
 * Slower than a matcher, but it knows after every byte what may still become a match: made for output that must not wait.
 */
export interface Automaton {
  /** The state before the first byte is 0. */
  next(state: number, byte: number): number;
  /** Length of the longest needle that ends here, 0 when none does. */
  matched(state: number): number;
  /** Length of the longest tail that is the beginning, and not the whole, of a needle. */
  open(state: number): number;
}

/** Builds the machine. Empty needles are not counted. Memory: about 50 bytes for each byte of the needles. */
export function createAutomaton(needles: readonly Uint8Array[]): Automaton {
  const { edges, count, parents, bytes, depths, ends, inner } = trieOf(needles);
  const fail = new Int32Array(count);
  const matched = new Int32Array(count);
  const open = new Int32Array(count);

  const next = (from: number, byte: number): number => {
    let state = from;
    for (;;) {
      const target = edges.get(state, byte);
      if (target !== -1) return target;
      if (state === root) return root;
      state = fail[state] as number;
    }
  };

  // Shorter states first: a state's fail link and all links behind it are then known.
  for (const state of byNumber(depths, count)) {
    const depth = depths.get(state);
    if (depth > 1) fail[state] = next(fail[parents.get(state)] as number, bytes.get(state));
    const behind = fail[state] as number;
    matched[state] = ends.get(state) === 1 ? depth : (matched[behind] as number);
    open[state] = inner.get(state) === 1 ? depth : (open[behind] as number);
  }
  return { next, matched: (state) => matched[state] as number, open: (state) => open[state] as number };
}

interface Trie {
  edges: Edges;
  count: number;
  parents: Numbers;
  /** The byte that leads to a state. */
  bytes: Numbers;
  depths: Numbers;
  /** 1 where a needle ends; 1 where one goes on. */
  ends: Numbers;
  inner: Numbers;
}

function trieOf(needles: readonly Uint8Array[]): Trie {
  const most = 1 + needles.reduce((sum, needle) => sum + needle.length, 0);
  const edges = new Edges(most);
  const [parents, bytes, depths, ends, inner] = [0, 1, 2, 3, 4].map(() => new Numbers(most)) as FiveNumbers;
  let count = 1;
  for (const needle of needles) {
    let state = root;
    for (const byte of needle) {
      let target = edges.get(state, byte);
      if (target === -1) {
        target = count;
        count += 1;
        edges.set(state, byte, target);
        inner.set(state, 1);
        parents.set(target, state);
        bytes.set(target, byte);
        depths.set(target, depths.get(state) + 1);
      }
      state = target;
    }
    if (state !== root) ends.set(state, 1);
  }
  return { edges, count, parents, bytes, depths, ends, inner };
}

type FiveNumbers = [Numbers, Numbers, Numbers, Numbers, Numbers];
