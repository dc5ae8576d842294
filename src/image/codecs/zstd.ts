import { Decompress } from 'fzstd';
import type { ReportDamage, Sink } from '../sink.ts';
import { ZstdFrames } from './zstd-frames.ts';

/** The window that the zstd tool allows without `--long`; more would be memory that an image's author chooses. */
const maxWindowBytes = 128 * 1024 * 1024;

/** Small pieces bound what one step decodes into memory: four bytes may be a block of 128 KiB. */
const pieceBytes = 1024;

/**
 * Decompresses zstd into `out`: any number of frames, skippable ones between them.
 *
 * A frame that needs a dictionary or a window over 128 MiB, or that decodes to another size than it claims, is damage.
 * Content checksums (xxhash) are not compared: blobs have their digest. Format: RFC 8878.
 */
export function unzstd(out: Sink, damaged: ReportDamage): Sink {
  return new ZstdSink(out, damaged);
}

class ZstdSink implements Sink {
  readonly #frames = new ZstdFrames();
  readonly #out: Sink;
  readonly #damaged: ReportDamage;
  #decoder: Decompress | undefined;
  #decoded: Uint8Array[] = [];
  #frameBytes = 0;
  #claimed: number | undefined;
  #broken = false;

  constructor(out: Sink, damaged: ReportDamage) {
    this.#out = out;
    this.#damaged = damaged;
  }

  get done(): boolean {
    return this.#broken || this.#out.done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (const event of this.#frames.feed(chunk)) {
      if (this.done) return;
      if (event.kind === 'frame') this.#open(event);
      else if (event.kind === 'data') await this.#decode(event.bytes);
      else if (event.kind === 'frame-end') await this.#finishFrame();
      else this.#fail(event.why, event.lost);
    }
  }

  async end(): Promise<void> {
    if (!this.done)
      for (const event of this.#frames.end()) if (event.kind === 'damage') this.#fail(event.why, event.lost);
    this.#decoder = undefined;
    await this.#out.end();
  }

  close(): void {
    this.#broken = true;
    this.#decoder = undefined;
    this.#out.close();
  }

  #open(frame: { windowSize: number; contentSize: number | undefined; dictionary: boolean }): void {
    this.#frameBytes = 0;
    this.#claimed = frame.contentSize;
    if (frame.dictionary) this.#fail('a zstd frame needs a dictionary', true);
    else if (frame.windowSize > maxWindowBytes) this.#fail('a zstd frame needs a window of more than 128 MiB', true);
    else this.#decoder = new Decompress((bytes) => void this.#decoded.push(bytes));
  }

  async #decode(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.done; at += pieceBytes) {
      // fzstd keeps the piece until its block is whole, and the caller's buffer does not live that long. Not `slice`: of a
      // Buffer that is a view.
      await this.#step(new Uint8Array(bytes.subarray(at, at + pieceBytes)), false);
    }
  }

  async #finishFrame(): Promise<void> {
    await this.#step(new Uint8Array(0), true);
    if (!this.#broken && this.#claimed !== undefined && this.#claimed !== this.#frameBytes)
      this.#fail('a zstd frame decodes to another size than it claims', true);
    this.#decoder = undefined;
  }

  async #step(bytes: Uint8Array, last: boolean): Promise<void> {
    try {
      this.#decoder?.push(bytes, last);
    } catch {
      this.#fail('the zstd data is broken', true);
    }
    const decoded = this.#decoded;
    this.#decoded = [];
    for (const piece of decoded) {
      this.#frameBytes += piece.length;
      if (!this.#out.done) await this.#out.push(piece);
    }
  }

  #fail(why: string, lost: boolean): void {
    this.#broken = true;
    this.#decoder = undefined;
    this.#damaged(why, lost);
  }
}
