import type { BehindSink, Sink } from '../../image/index.ts';
import type { Host } from './container.ts';
import type { ZipHeader } from './zip-header.ts';
import { memberDecoder } from './zip-methods.ts';

/** Pieces as large as what came before them: little has to be given back, and a large member costs few steps. */
const leastPieceBytes = 1024;

/** The body of a member that only its compressed data says the end of. */
export class EndingBody {
  /** What was pushed and does not belong to it, once it is over or broken; some of it may have come with chunks before. */
  rest: Uint8Array = new Uint8Array(0);
  #pushed = 0;
  readonly #behind = new Gathered();
  readonly #decoder: Sink;

  constructor(host: Host, header: ZipHeader) {
    this.#decoder = memberDecoder(host, header, host.decoded(header.path), () => this.#behind)!;
  }

  get over(): boolean {
    return this.#behind.bytes.length > 0;
  }

  /** Its end will never be known: the data is broken, or nobody wants more of it. */
  get broken(): boolean {
    return !this.over && this.#decoder.done;
  }

  /** Takes the next piece; answers how many bytes that are, `rest` included. */
  async push(bytes: Uint8Array): Promise<number> {
    const piece = bytes.subarray(0, Math.max(leastPieceBytes, this.#pushed));
    this.#pushed += piece.length;
    await this.#decoder.push(piece);
    if (this.over) this.rest = this.#behind.bytes;
    // a header may stand in it
    else if (this.broken) this.rest = Uint8Array.from(piece);
    return piece.length;
  }

  /** No more bytes will come; what of them does not belong to it is the `rest`. */
  async end(): Promise<void> {
    await this.#decoder.end();
    this.rest = this.#behind.bytes;
  }

  close(): void {
    this.#decoder.close();
  }
}

class Gathered implements BehindSink {
  readonly expected = true;
  readonly done = false;
  bytes: Uint8Array = new Uint8Array(0);

  push(bytes: Uint8Array): Promise<void> {
    // a copy, in any case
    this.bytes = Buffer.concat([this.bytes, bytes]);
    return Promise.resolve();
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}
