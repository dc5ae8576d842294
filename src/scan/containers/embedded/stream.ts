import { GzipMember, type Sink, unbzip2, unlz4, unxz, unzstd, Zlib } from '../../../image/index.ts';
import type { Host } from '../container.ts';
import type { StreamKind } from './magics.ts';

/** Compressed data in the middle of other bytes, which is being decompressed. */
export interface EmbeddedStream {
  /** It has ended, or broke. */
  readonly over: boolean;
  /** Something was decoded. */
  readonly gave: boolean;
  /** Takes the next bytes; gives back how many of them belong to it, or are too near to its end to be told from it. */
  push(bytes: Uint8Array): Promise<number>;
  end(): Promise<void>;
  close(): void;
}

/**
 * Opens what begins with the magic of `kind`, under the name `member`.
 *
 * A magic that nothing comes of is none: nothing is counted before the first decoded byte, and nothing said of what breaks
 * before it. What breaks later is damaged, and never more: whether its bytes were meant to lie in one piece, as in a script's
 * archive, nobody knows of the middle of a file (databases and file systems cut them up, and search as well as ours).
 */
export function openStream(host: Host, kind: StreamKind, member: string): EmbeddedStream {
  return new DecodedStream(host.as(kind), kind, member);
}

/** gzip and zlib know where they end; of the others the end is known as exactly as the pieces that they are given. */
const pieceBytes = 16 * 1024;

class DecodedStream implements EmbeddedStream {
  readonly #out: FirstOutput;
  readonly #exact: GzipMember | Zlib | undefined;
  readonly #sink: Sink | undefined;
  #started = false;

  constructor(host: Host, kind: StreamKind, member: string) {
    const out = new FirstOutput(host, member);
    this.#out = out;
    // what is only cut off, or has other bytes behind it, was searched as far as it goes
    const damaged = (why: string, lost = false): void => {
      if (lost && out.isThere) host.damaged(why);
    };
    const unsupported = (): void => host.notOpened('xz with an unknown filter or a large window', member);
    const behind = (): Sink => nowhere;
    if (kind === 'gzip') this.#exact = new GzipMember(out, damaged);
    else if (kind === 'zlib') this.#exact = new Zlib(out, damaged);
    else if (kind === 'xz') this.#sink = unxz(out, { damaged, unsupported, behind });
    else if (kind === 'bzip2') this.#sink = unbzip2(out, damaged, behind);
    else this.#sink = kind === 'zstd' ? unzstd(out, damaged, behind) : unlz4(out, damaged);
  }

  get over(): boolean {
    return this.#exact?.over ?? this.#sink!.done;
  }

  get gave(): boolean {
    return this.#out.isThere;
  }

  async push(bytes: Uint8Array): Promise<number> {
    if (this.#exact !== undefined) return await this.#exact.push(bytes);
    let at = 0;
    for (; at < bytes.length && !this.over; at += pieceBytes)
      await this.#sink!.push(bytes.subarray(at, at + pieceBytes));
    const least = this.#started ? 0 : 1;
    this.#started = true;
    // it ended somewhere in the last piece, where something else may begin; not the same thing again
    return this.over ? Math.max(least, at - pieceBytes) : bytes.length;
  }

  async end(): Promise<void> {
    if (this.#exact !== undefined) await this.#exact.end();
    else await this.#sink!.end();
    await this.#out.end();
  }

  close(): void {
    this.#exact?.close();
    this.#sink?.close();
    this.#out.close();
  }
}

const nowhere: Sink = {
  done: true,
  push: () => Promise.resolve(),
  end: () => Promise.resolve(),
  close: () => {},
};

/** The decoded bytes, as soon as there are any. */
class FirstOutput implements Sink {
  readonly #host: Host;
  readonly #member: string;
  #sink: Sink | undefined;
  #refused = false;
  #ended = false;

  constructor(host: Host, member: string) {
    this.#host = host;
    this.#member = member;
  }

  get isThere(): boolean {
    return this.#sink !== undefined;
  }

  get done(): boolean {
    return this.#refused || this.#sink?.done === true;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0 || this.done) return;
    if (this.#sink === undefined) {
      this.#refused = !this.#host.found();
      if (this.#refused) return;
      this.#sink = this.#host.decoded(this.#member);
    }
    await this.#sink.push(chunk);
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#sink?.end();
  }

  close(): void {
    this.#sink?.close();
  }
}
