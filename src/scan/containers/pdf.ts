import { isZlib, type Sink, Zlib } from '../../image/index.ts';
import type { Container, Host, Opened } from './container.ts';
import { openEmbedded } from './embedded/embedded.ts';
import { startsWith } from './magic.ts';

const keyword = Buffer.from('stream');
const lf = 0x0a;
const cr = 0x0d;
const headBytes = 512;

/**
 * PDF: streams that are compressed by deflate, as texts, attachments and objects are. Format: ISO 32000-1, 7.3.8 and 7.4.4.
 *
 * All else is looked through for what is embedded, as an attachment that is no PDF's own compression; what is encrypted stays so.
 */
export const pdf: Container = {
  name: 'pdf',
  first: '%',
  detect: (head) => startsWith(head, '%PDF-'),
  open: (host) => new PdfSink(host),
};

class PdfSink implements Opened {
  done = false;
  readonly #host: Host;
  #kept: Buffer = Buffer.alloc(0);
  #count = 0;
  /** Where the kept bytes begin. */
  #offset = 0;
  /** What is between two compressed streams. */
  #between: Opened | undefined;
  #stream: { zlib: Zlib; out: Sink } | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (!this.done) await this.#read(Buffer.concat([this.#kept, chunk]), false);
  }

  async end(): Promise<void> {
    if (!this.done) await this.#read(this.#kept, true);
    await this.#pass(this.#kept);
    await this.#between?.end();
    await this.#stream?.zlib.end();
    await this.#stream?.out.end();
    this.done = true;
  }

  close(): void {
    this.done = true;
    this.#between?.close();
    this.#stream?.zlib.close();
    this.#stream?.out.close();
  }

  async #read(bytes: Buffer, last: boolean): Promise<void> {
    let at = 0;
    let passed = 0;
    for (;;) {
      if (this.#stream !== undefined) {
        at += await this.#inflate(bytes.subarray(at));
        passed = at;
        if (this.#stream !== undefined) break;
      }
      const found = bytes.indexOf(keyword, at);
      if (found < 0) {
        at = Math.max(at, bytes.length - keyword.length + 1);
        break;
      }
      const start = behindKeyword(bytes, found + keyword.length);
      at = found;
      if (!last && bytes.length - start < headBytes) break;
      at = start;
      if (!isZlib(bytes.subarray(start, start + headBytes))) continue;
      await this.#pass(bytes.subarray(passed, start), passed);
      await this.#between?.end();
      this.#between = undefined;
      this.#open();
    }
    await this.#pass(bytes.subarray(passed, at), passed);
    this.#offset += at;
    this.#kept = Buffer.from(bytes.subarray(at));
  }

  /** `at`: behind the first byte that was kept. */
  async #pass(bytes: Uint8Array, at = 0): Promise<void> {
    if (bytes.length === 0) return;
    this.#between ??= openEmbedded(this.#host, undefined, this.#offset + at);
    await this.#between.push(bytes);
  }

  #open(): void {
    this.#count++;
    const out = this.#host.decoded(`stream ${this.#count}`);
    this.#stream = { zlib: new Zlib(out, this.#host.damaged), out };
  }

  async #inflate(bytes: Buffer): Promise<number> {
    const { zlib, out } = this.#stream!;
    const taken = await zlib.push(bytes);
    if (zlib.over) {
      this.#stream = undefined;
      await out.end();
    }
    return taken;
  }
}

/** The data begins behind a line end, which may also be missing its line feed. */
function behindKeyword(bytes: Buffer, at: number): number {
  const behind = bytes[at] === cr ? at + 1 : at;
  return bytes[behind] === lf ? behind + 1 : behind;
}
