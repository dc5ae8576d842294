import type { ReportDamage, Sink } from '../sink.ts';
import { borrowDecoder } from './deflate/decoders.ts';
import type { InflateOptions, RawInflate } from './deflate/raw-inflate.ts';
import { ThreadInflate } from './deflate/thread-inflate.ts';
import { borrowThread } from './deflate/threads.ts';
import { WasmInflate } from './deflate/wasm-inflate.ts';
import { ZlibInflate } from './deflate/zlib-inflate.ts';

/** Input from which on a stream is worth a thread, and the messages to and fro: a layer, and a large archive in one. */
const worthThread = 1024 * 1024;

/**
 * Decompresses one raw deflate stream into `out` and takes no byte behind its end.
 *
 * `out.end()` is left to the caller, as gzip puts many streams into one. Nothing is held before the first byte. Format: RFC 1951.
 */
export class Inflate implements RawInflate {
  readonly #out: Sink;
  readonly #damaged: ReportDamage;
  readonly #options: InflateOptions;
  #started: RawInflate | undefined;
  #closed = false;
  #pushed = 0;

  constructor(out: Sink, damaged: ReportDamage, options: InflateOptions = {}) {
    this.#options = options;
    this.#out = out;
    this.#damaged = damaged;
  }

  get over(): boolean {
    return this.#started?.over ?? this.#closed;
  }

  get broken(): boolean {
    return this.#started?.broken === true;
  }

  get crc(): number {
    return this.#started?.crc ?? 0;
  }

  async push(chunk: Uint8Array): Promise<number> {
    if (this.over || chunk.length === 0) return 0;
    if (this.#pushed >= worthThread) this.#moveToThread();
    this.#pushed += chunk.length;
    return this.#start().push(chunk);
  }

  /** What is going to be pushed next, the same object, unless the stream ends before: a thread goes on with it at once. */
  ahead(chunk: Uint8Array): void {
    if (this.#started instanceof ThreadInflate) this.#started.ahead(chunk);
  }

  async end(): Promise<void> {
    if (!this.#closed) await this.#start().end();
  }

  close(): void {
    this.#closed = true;
    this.#started?.close();
  }

  #moveToThread(): void {
    if (!(this.#started instanceof WasmInflate)) return;
    const thread = borrowThread();
    if (thread === undefined) return;
    const left = this.#started.leave();
    if (left === undefined) thread.giveBack();
    else this.#started = new ThreadInflate(thread, left, this.#out, this.#damaged);
  }

  #start(): RawInflate {
    if (this.#started === undefined) {
      const decoder = borrowDecoder();
      this.#started =
        decoder === undefined
          ? new ZlibInflate(this.#out, this.#damaged, this.#options)
          : new WasmInflate(decoder, this.#out, this.#damaged, this.#options);
    }
    return this.#started;
  }
}
