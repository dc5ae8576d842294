import { Behind, isZlib, type Sink, Zlib } from '../../image/index.ts';
import { behindEnd } from './behind.ts';
import type { Container, Host, Opened } from './container.ts';

/** zlib: loose objects of git, and files that programs compress without a wrapper of their own. */
export const zlib: Container = {
  name: 'zlib',
  detect: isZlib,
  open: (host) => new ZlibSink(host),
};

class ZlibSink implements Opened {
  done = false;
  readonly #out: Sink;
  readonly #zlib: Zlib;
  readonly #behind: Behind;

  constructor(host: Host) {
    this.#out = host.decoded();
    this.#zlib = new Zlib(this.#out, host.damaged);
    this.#behind = new Behind('zlib', host.damaged, behindEnd(host));
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.done) return;
    const taken = this.#zlib.over ? 0 : await this.#zlib.push(chunk);
    if (!this.#zlib.over) return;
    if (!this.#zlib.broken) await this.#behind.push(chunk.subarray(taken));
    this.done = this.#zlib.broken || this.#behind.done;
  }

  async end(): Promise<void> {
    await this.#zlib.end();
    await this.#out.end();
    await this.#behind.end();
    this.done = true;
  }

  close(): void {
    this.done = true;
    this.#zlib.close();
    this.#out.close();
    this.#behind.close();
  }
}
