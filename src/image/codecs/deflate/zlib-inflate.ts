import { crc32, createInflateRaw, type InflateRaw, inflateRawSync } from 'node:zlib';
import type { ReportDamage, Sink } from '../../sink.ts';
import { Pump } from '../pump.ts';
import type { InflateOptions, RawInflate } from './raw-inflate.ts';

/**
 * Large output steps keep the thread pool busy, and cost a tenth less CPU time than steps of 256 KiB. With a writable mark of one byte every write waits until it is used up,
 * so that a pushed chunk is free again when `push` settles, and `consumed` is exact.
 */
const options = { chunkSize: 1024 * 1024, writableHighWaterMark: 1 };

/** Images hold tens of thousands of small gzip files and zip members; a stream object for each costs 20 times as much. */
const small = { info: true, chunkSize: 32 * 1024, maxOutputLength: 2 * 1024 * 1024 } as const;
const smallInput = 64 * 1024;

/** Decompresses a stream that ends within the first bytes of a chunk; undefined when it does not, or is too large. */
function inflateSmall(chunk: Uint8Array): { output: Uint8Array; consumed: number } | undefined {
  try {
    const result: unknown = inflateRawSync(chunk.subarray(0, smallInput), small);
    const { buffer, engine } = result as { buffer: Uint8Array; engine: { bytesWritten: number } };
    return { output: buffer, consumed: engine.bytesWritten };
  } catch {
    // cut off here, broken, or large: the stream object tells which
    return undefined;
  }
}

/** The same as `Inflate`, by node:zlib: for where WebAssembly is refused. What it decoded last before a break is lost. */
export class ZlibInflate implements RawInflate {
  #zlib: InflateRaw | undefined;
  #pump: Pump | undefined;
  readonly #out: Sink;
  readonly #damaged: ReportDamage;
  #pushed = 0;
  #over = false;
  #broken = false;
  #ending = false;
  crc = 0;

  constructor(out: Sink, damaged: ReportDamage, { crc = false }: InflateOptions = {}) {
    this.#out = crc ? this.#checked(out) : out;
    this.#damaged = damaged;
  }

  /** The stream has ended, broke, or `out` wants no more. */
  get over(): boolean {
    return this.#over || this.#pump?.over === true;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** Takes the next bytes; gives back how many of them belong to the stream. */
  async push(chunk: Uint8Array): Promise<number> {
    if (this.over || chunk.length === 0) return 0;
    if (this.#zlib === undefined) {
      const whole = inflateSmall(chunk);
      if (whole !== undefined) {
        this.#over = true;
        await this.#out.push(whole.output);
        return whole.consumed;
      }
    }
    const { zlib, pump } = this.#start();
    const before = this.#pushed;
    this.#pushed += chunk.length;
    await pump.write(chunk);
    // zlib leaves bytes only when it came to the end of its stream, and tells the reader a little later
    if (zlib.bytesWritten < this.#pushed) await pump.done;
    pump.rethrow();
    return this.#broken ? chunk.length : zlib.bytesWritten - before;
  }

  /** No more bytes will come: damage when the stream has not ended. */
  async end(): Promise<void> {
    this.#ending = !this.over;
    if (this.#ending) this.#start();
    await this.#pump?.end();
  }

  close(): void {
    this.#over = true;
    this.#pump?.close();
  }

  #start(): { zlib: InflateRaw; pump: Pump } {
    this.#zlib ??= createInflateRaw(options);
    this.#pump ??= new Pump(this.#zlib, this.#out, () => this.#fail());
    return { zlib: this.#zlib, pump: this.#pump };
  }

  #checked(out: Sink): Sink {
    return {
      push: (chunk) => {
        this.crc = crc32(chunk, this.crc);
        return out.push(chunk);
      },
      end: () => out.end(),
      close: () => out.close(),
      get done() {
        return out.done;
      },
    };
  }

  #fail(): void {
    this.#broken = true;
    // zlib hands on all that it has when the input just ends, but drops the current step's output when it breaks
    if (this.#ending) this.#damaged('the compressed data is cut off');
    else if (!this.over) this.#damaged('the compressed data is broken', true);
  }
}
