import type { Host, Located, Opened } from './container.ts';
import { openZip } from './zip.ts';
import { isPlausibleLocal, localFixed } from './zip-header.ts';

const magic = Buffer.from('PK\x03\x04', 'latin1');
/** A header may be cut by the end of a chunk. */
const keptBytes = localFixed - 1;

/** A zip behind a script. Readers find it by its directory at the end; here by its first header that makes sense. */
export function openEmbeddedZip(host: Host): Opened {
  return new EmbeddedZipSink(host);
}

class EmbeddedZipSink implements Opened {
  done = false;
  readonly #host: Host;
  #zip: Opened | undefined;
  /** Where the zip begins. */
  #base = 0;
  /** Bytes that went by, and the last of them. */
  #offset = 0;
  #kept: Buffer = Buffer.alloc(0);

  constructor(host: Host) {
    this.#host = host;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#zip !== undefined) await this.#forward(chunk);
    else if (!this.done) await this.#look(chunk);
  }

  async end(): Promise<void> {
    this.done = true;
    await this.#zip?.end();
  }

  close(): void {
    this.done = true;
    this.#zip?.close();
  }

  locate(offset: number): Located {
    if (this.#zip?.locate === undefined || offset < this.#base) return { steps: [], offset };
    const located = this.#zip.locate(offset - this.#base);
    return located.steps.length === 0 ? { steps: [], offset } : located;
  }

  /** Looks through the edge of the last chunk first, so that the chunk itself is not copied. */
  async #look(chunk: Uint8Array): Promise<void> {
    const edge = Buffer.concat([this.#kept, chunk.subarray(0, keptBytes)]);
    const edgeOnly = chunk.length <= keptBytes;
    if (await this.#lookIn(edge, edgeOnly ? undefined : chunk.subarray(keptBytes))) return;
    if (edgeOnly) {
      this.#skip(edge);
      return;
    }
    this.#offset += this.#kept.length;
    this.#kept = Buffer.alloc(0);
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (!(await this.#lookIn(bytes, undefined))) this.#skip(bytes);
  }

  /** Hands on the zip that begins in `bytes`, if one does, and what comes behind them. */
  async #lookIn(bytes: Buffer, behind: Uint8Array | undefined): Promise<boolean> {
    for (let at = bytes.indexOf(magic); at >= 0 && at + localFixed <= bytes.length; at = bytes.indexOf(magic, at + 1)) {
      if (!isPlausibleLocal(bytes.subarray(at))) continue;
      this.done = !this.#host.found();
      if (this.done) return true;
      this.#base = this.#offset + at;
      this.#zip = openZip(this.#host, this.#base);
      await this.#forward(bytes.subarray(at));
      if (behind !== undefined) await this.#forward(behind);
      return true;
    }
    return false;
  }

  #skip(bytes: Buffer): void {
    this.#offset += Math.max(0, bytes.length - keptBytes);
    this.#kept = Buffer.from(bytes.subarray(-keptBytes));
  }

  async #forward(bytes: Uint8Array): Promise<void> {
    await this.#zip?.push(bytes);
    this.done = this.#zip?.done ?? false;
  }
}
