import { isZlib, type ReportDamage, type Sink, Zlib } from '../../image/index.ts';
import type { Container, Opened } from './container.ts';

/** zlib: loose objects of git, and files that programs compress without a wrapper of their own. */
export const zlib: Container = {
  name: 'zlib',
  detect: isZlib,
  open: (host) => new ZlibSink(host.decoded(), host.damaged),
};

class ZlibSink implements Opened {
  done = false;
  readonly #out: Sink;
  readonly #zlib: Zlib;
  readonly #damaged: ReportDamage;

  constructor(out: Sink, damaged: ReportDamage) {
    this.#out = out;
    this.#zlib = new Zlib(out, damaged);
    this.#damaged = damaged;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.done) return;
    const taken = this.#zlib.over ? 0 : await this.#zlib.push(chunk);
    if (this.#zlib.over && chunk.subarray(taken).some((byte) => byte !== 0)) {
      this.done = true;
      if (!this.#zlib.broken) this.#damaged('there are bytes behind the end of the zlib data');
    }
  }

  async end(): Promise<void> {
    await this.#zlib.end();
    await this.#out.end();
    this.done = true;
  }

  close(): void {
    this.done = true;
    this.#zlib.close();
    this.#out.close();
  }
}
