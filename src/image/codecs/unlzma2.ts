import type { ReportDamage, Sink } from '../sink.ts';
import { Behind, type MakeBehind } from './behind.ts';
import { Lzma2 } from './lzma2.ts';
import { lzma2Window } from './xz-filters.ts';

/** As for xz. */
const mostWindowBytes = 64 * 1024 * 1024;

export interface Unlzma2Options {
  damaged: ReportDamage;
  /** Met what is valid and not decoded: a window over 64 MiB. Nothing more is decoded then. */
  unsupported(): void;
  /** The byte that says how large the window is. */
  window: number;
  /** Bytes that it decodes to; matches reach no further back than that. */
  size: number;
  /** Where goes what stands behind the end. */
  behind?: MakeBehind;
}

/** Decompresses LZMA2 without a wrapper of its own, as 7z holds it, into `out`. */
export function unlzma2(out: Sink, options: Unlzma2Options): Sink {
  return new Unlzma2Sink(out, options);
}

class Unlzma2Sink implements Sink {
  readonly #out: Sink;
  readonly #options: Unlzma2Options;
  #lzma2: Lzma2 | undefined;
  #lost = false;
  readonly #behind: Behind;

  constructor(out: Sink, options: Unlzma2Options) {
    this.#out = out;
    this.#options = options;
    this.#behind = new Behind('lzma2', options.damaged, options.behind);
    const declared = lzma2Window(options.window);
    const windowBytes = Math.min(declared, Math.max(options.size, 4096));
    if (declared !== Number.POSITIVE_INFINITY && windowBytes <= mostWindowBytes) this.#lzma2 = new Lzma2(windowBytes);
    else {
      this.#lost = true;
      options.unsupported();
    }
  }

  get done(): boolean {
    return this.#lost || (this.#lzma2?.over === true ? this.#behind : this.#out).done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0 && !this.done; ) {
      const lzma2 = this.#lzma2!;
      if (lzma2.over) {
        await this.#behind.push(rest);
        return;
      }
      rest = rest.subarray(await this.#decode(lzma2, rest));
    }
  }

  async end(): Promise<void> {
    if (!this.done && this.#lzma2?.over !== true) this.#fail('the lzma2 data is cut off');
    await this.#out.end();
    await this.#behind.end();
  }

  close(): void {
    this.#lost = true;
    this.#lzma2 = undefined;
    this.#out.close();
    this.#behind.close();
  }

  async #decode(lzma2: Lzma2, bytes: Uint8Array): Promise<number> {
    let step: { taken: number; output: Uint8Array[] };
    try {
      step = lzma2.take(bytes);
    } catch {
      this.#fail('the lzma2 data is broken', true);
      return bytes.length;
    }
    for (const part of step.output) if (part.length > 0 && !this.#out.done) await this.#out.push(part);
    return step.taken;
  }

  #fail(why: string, lost?: boolean): void {
    this.#lost = true;
    this.#options.damaged(why, lost);
  }
}
