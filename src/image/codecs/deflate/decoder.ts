import { assemble } from '../../../wasm/assemble.ts';
import { webAssembly } from '../../../wasm/webassembly.ts';
import { build } from './build.ts';
import { codes, codesResult } from './codes.ts';
import { writeConstants } from './entries.ts';
import { header, headerResult } from './header.ts';
import * as layout from './layout.ts';
import type { Snapshot } from './snapshot.ts';

/** What the decoder's module exports. */
interface DecoderInstance {
  memory: { buffer: ArrayBuffer };
  header(): number;
  codes(): number;
}

/** Why `decode` returned: what came before the end or the break is there to be taken. */
export type Step = 'needs input' | 'full' | 'ended' | 'broken';

const { state } = layout;
const end = layout.output + layout.outputBytes;

let module: object | undefined;

/** Decodes raw deflate data (RFC 1951) in WebAssembly, in memory of its own, and takes no byte behind its end. */
export class DeflateDecoder {
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #instance: DecoderInstance;
  #part: Snapshot['part'] = 'header';
  /** Address of the output that nobody has taken yet. */
  #untaken = layout.output;

  /** Throws where WebAssembly is refused, or its memory cannot be reserved. */
  constructor() {
    const api = webAssembly();
    if (api === undefined) throw new Error('no WebAssembly');
    module ??= new api.Module(assemble([build, header, codes], layout.pages));
    this.#instance = new api.Instance(module).exports as unknown as DecoderInstance;
    const { buffer } = this.#instance.memory;
    writeConstants(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer, 0, 16);
    this.reset();
  }

  /** Makes it ready for another stream. */
  reset(): void {
    // the tables stay as they are
    const fixed = this.#get(state.fixed);
    this.#words.fill(0);
    this.#set(state.fixed, fixed);
    this.#set(state.input, layout.input);
    this.#set(state.inputEnd, layout.input);
    this.#set(state.output, layout.output);
    this.#set(state.outputFull, end);
    this.#set(state.oldest, layout.output);
    this.#part = 'header';
    this.#untaken = layout.output;
  }

  /** Adds input, as much as there is room for; gives back how much that was. Wanted when `decode` says so. */
  feed(chunk: Uint8Array): number {
    const left = this.unused;
    this.#bytes.copyWithin(layout.input, this.#get(state.input), this.#get(state.inputEnd));
    const taken = Math.min(chunk.length, layout.inputBytes - left);
    this.#bytes.set(taken === chunk.length ? chunk : chunk.subarray(0, taken), layout.input + left);
    this.#set(state.input, layout.input);
    this.#set(state.inputEnd, layout.input + left + taken);
    return taken;
  }

  /** Bytes of input that were not used: less than a block's header when more is needed, and what stands behind the end. */
  get unused(): number {
    return this.#get(state.inputEnd) - this.#get(state.input);
  }

  /** Decodes on. After `full` what was decoded must be taken. */
  decode(): Step {
    if (this.#get(state.output) > end) this.#slide();
    for (;;) {
      const step = this.#step();
      if (step !== undefined) return step;
    }
  }

  /** What was decoded since it was asked last; valid until the next `decode`. */
  take(): Uint8Array {
    const until = this.#get(state.output);
    const taken = this.#bytes.subarray(this.#untaken, until);
    this.#untaken = until;
    return taken;
  }

  /** What another decoder needs to go on, when all that was decoded has been taken. */
  save(): Snapshot {
    this.#slide();
    return { part: this.#part, memory: Uint8Array.from(this.#bytes.subarray(0, layout.output)) };
  }

  restore({ part, memory }: Snapshot): void {
    this.#bytes.set(memory);
    this.#part = part;
    this.#untaken = layout.output;
  }

  /** Undefined as long as it goes on. */
  #step(): Step | undefined {
    switch (this.#part) {
      case 'header':
        return this.#readHeader();
      case 'stored':
        return this.#copyStored();
      case 'codes':
        return this.#decodeCodes();
      default:
        return this.#part;
    }
  }

  #readHeader(): Step | undefined {
    const result = this.#instance.header();
    if (result === headerResult.needsInput) return 'needs input';
    this.#part = result === headerResult.broken ? 'broken' : result === headerResult.stored ? 'stored' : 'codes';
    return undefined;
  }

  #copyStored(): Step | undefined {
    const [from, to] = [this.#get(state.input), this.#get(state.output)];
    const left = this.#get(state.stored);
    if (left === 0) return this.#leaveBlock();
    if (to > end) return 'full';
    const count = Math.min(left, this.unused, end + 1 - to);
    if (count === 0) return 'needs input';
    this.#bytes.copyWithin(to, from, from + count);
    this.#set(state.input, from + count);
    this.#set(state.output, to + count);
    this.#set(state.stored, left - count);
    return undefined;
  }

  #decodeCodes(): Step | undefined {
    switch (this.#instance.codes()) {
      case codesResult.endOfBlock:
        return this.#leaveBlock();
      case codesResult.full:
        return 'full';
      case codesResult.needsInput:
        return 'needs input';
      default:
        this.#part = 'broken';
        return undefined;
    }
  }

  #leaveBlock(): undefined {
    this.#part = this.#get(state.last) === 1 ? 'ended' : 'header';
  }

  /** Moves the window to the front. */
  #slide(): void {
    const until = this.#get(state.output);
    const kept = Math.min(layout.windowBytes, until - this.#get(state.oldest));
    this.#bytes.copyWithin(layout.output - kept, until - kept, until);
    this.#set(state.output, layout.output);
    this.#set(state.oldest, layout.output - kept);
    this.#untaken = layout.output;
  }

  #get(address: number): number {
    return this.#words[address / 4] as number;
  }

  #set(address: number, value: number): void {
    this.#words[address / 4] = value;
  }
}
