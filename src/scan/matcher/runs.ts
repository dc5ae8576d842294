import { byNumber, Edges, Numbers } from './edges.ts';

const root = 0;
const none = -1;

/** What a machine that takes one byte at a time knows after each of them. */
export interface Cursor {
  push(byte: number): void;
  /** Length of the longest match that ends here, 0 when none does. */
  readonly matched: number;
  /** Length of the longest tail that may still become a match. */
  readonly open: number;
}

/** How long a run of a text must be: anywhere in it, and at its end. */
export interface RunLengths {
  anywhere: number;
  atEnd: number;
}

/**
 * Finds every run of some length that any of `texts` holds, as pieces of a wrapped text are.
 *
 * A suffix automaton of all texts (Blumer et al., 1985): it has at most two states for each of their bytes, where a trie of
 * the runs has as many as a run is long.
 */
export function createRuns(texts: readonly Uint8Array[], lengths: RunLengths): () => Cursor {
  const machine = new SuffixAutomaton(texts.reduce((sum, text) => sum + text.length, 0));
  for (const text of texts) machine.add(text);
  machine.close();
  return () => new RunCursor(machine, lengths);
}

class RunCursor implements Cursor {
  readonly #machine: SuffixAutomaton;
  readonly #lengths: RunLengths;
  #state = root;
  /** Length of the longest tail that stands in a text: one of those that `#state` is for. */
  #length = 0;

  constructor(machine: SuffixAutomaton, lengths: RunLengths) {
    this.#machine = machine;
    this.#lengths = lengths;
  }

  push(byte: number): void {
    const { edges, links, longest } = this.#machine;
    for (;;) {
      const target = edges.get(this.#state, byte);
      if (target !== none) {
        this.#state = target;
        this.#length += 1;
        return;
      }
      if (this.#state === root) return;
      this.#state = links.get(this.#state);
      this.#length = longest.get(this.#state);
    }
  }

  get matched(): number {
    if (this.#length >= this.#lengths.anywhere) return this.#length;
    const ending = this.#machine.ends.get(this.#state) === 1 ? this.#length : this.#machine.ending(this.#state);
    return ending >= this.#lengths.atEnd ? ending : 0;
  }

  get open(): number {
    // What follows a match is told together with it, and needs no waiting.
    if (this.#length >= this.#lengths.anywhere) return 0;
    return this.#machine.inner.get(this.#state) === 1 ? this.#length : this.#machine.going(this.#state);
  }
}

class SuffixAutomaton {
  readonly edges: Edges;
  /** The state of the longest suffix that stands in other places too. */
  readonly links = new Numbers();
  /** Length of the longest string of a state. */
  readonly longest = new Numbers();
  /** 1 for the states of suffixes of a text, and 1 for states that lead on. */
  readonly ends = new Numbers();
  readonly inner = new Numbers();
  readonly #ending = new Numbers();
  readonly #going = new Numbers();
  /** The edges of a state as a list: the last one, and the one before each; numbers from 1. */
  readonly #lastEdges = new Numbers();
  readonly #edgesBefore = new Numbers();
  #count = 1;

  constructor(bytes: number) {
    this.edges = new Edges(3 * bytes);
    this.links.set(root, none);
  }

  add(text: Uint8Array): void {
    let state = root;
    for (const byte of text) state = this.#extend(state, byte);
    for (; state > root; state = this.links.get(state)) this.ends.set(state, 1);
  }

  /** Length of the longest proper suffix of a state's strings, shorter than all of them, that ends a text; 0 for none. */
  ending(state: number): number {
    return this.#ending.get(state);
  }

  /** The same for a suffix that some text goes on behind. */
  going(state: number): number {
    return this.#going.get(state);
  }

  /** To be called behind the last text. */
  close(): void {
    for (let state = root; state < this.#count; state += 1) {
      if (this.#lastEdges.get(state) !== 0) this.inner.set(state, 1);
    }
    // A link leads to shorter strings, so these are known first.
    for (const state of byNumber(this.longest, this.#count)) {
      if (state === root) continue;
      const link = this.links.get(state);
      this.#ending.set(state, this.ends.get(link) === 1 ? this.longest.get(link) : this.#ending.get(link));
      this.#going.set(state, this.inner.get(link) === 1 ? this.longest.get(link) : this.#going.get(link));
    }
  }

  #extend(from: number, byte: number): number {
    const known = this.edges.get(from, byte);
    // Another text had this string already.
    if (known !== none) {
      return this.longest.get(known) === this.longest.get(from) + 1 ? known : this.#split(from, byte, known);
    }
    const state = this.#create(this.longest.get(from) + 1);
    let at = from;
    for (; at !== none && this.edges.get(at, byte) === none; at = this.links.get(at)) this.#connect(at, byte, state);
    if (at === none) return state;
    const target = this.edges.get(at, byte);
    const fits = this.longest.get(target) === this.longest.get(at) + 1;
    this.links.set(state, fits ? target : this.#split(at, byte, target));
    return state;
  }

  /** Makes a state of its own for the shorter strings of `target`: those that come from `from` and its links. */
  #split(from: number, byte: number, target: number): number {
    const state = this.#create(this.longest.get(from) + 1);
    for (let edge = this.#lastEdges.get(target); edge !== 0; edge = this.#edgesBefore.get(edge)) {
      this.#connect(state, this.edges.byteOf(edge - 1), this.edges.targetOf(edge - 1));
    }
    this.links.set(state, this.links.get(target));
    this.links.set(target, state);
    // the shorter strings end wherever the longer ones do
    this.ends.set(state, this.ends.get(target));
    for (let at = from; at !== none && this.edges.get(at, byte) === target; at = this.links.get(at)) {
      this.edges.set(at, byte, state);
    }
    return state;
  }

  #create(longest: number): number {
    const state = this.#count;
    this.#count += 1;
    this.longest.set(state, longest);
    return state;
  }

  #connect(state: number, byte: number, target: number): void {
    const edge = this.edges.set(state, byte, target) + 1;
    this.#edgesBefore.set(edge, this.#lastEdges.get(state));
    this.#lastEdges.set(state, edge);
  }
}
