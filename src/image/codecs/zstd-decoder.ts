import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { hasCode } from '../../errors.ts';
import type { Sink } from '../sink.ts';
import { Pump } from './pump.ts';
import { Xxh64 } from './xxh64.ts';
import type { ZstdFrame } from './zstd-frames.ts';

/** Decodes one frame, header and checksum included. */
export interface FrameDecoder {
  /** Undefined, or why the frame cannot be decoded. */
  push(bytes: Uint8Array): Promise<string | undefined>;
  /** The same of the checksum's bytes, behind all others. */
  pushChecksum(bytes: Uint8Array): Promise<string | undefined>;
  /** The frame is over: `checksum` is what it says of its content. Nothing is said of one that is cut off. */
  end(frame: { checksum?: number; cutOff?: boolean }): Promise<string | undefined>;
  close(): void;
}

/** The part of node:zlib (from 22.15 on) that the types of Node 20 do not know. */
interface NativeZstd {
  createZstdDecompress?: (options: object) => Transform;
  constants: { ZSTD_d_windowLogMax?: number };
}

const { createZstdDecompress, constants } = zlib as unknown as NativeZstd;

/** The window that the zstd tool allows without `--long`; more would be memory that an image's author chooses. */
const maxWindowBytes = 128 * 1024 * 1024;

/** The largest that the format's own tools know: `--long=31`. */
const largestWindowLog = 31;

/** A stream object and the way to the thread pool cost more than decoding this much in JavaScript. */
const smallContentBytes = 64 * 1024;

/** Small pieces bound what one step decodes into memory: four bytes may be a block of 128 KiB. */
const pieceBytes = 1024;

const wideWindow = 'a zstd frame needs a window of more than 128 MiB';
const broken = 'the zstd data is broken';
const wrongChecksum = 'the checksum of the zstd data does not hold';

/**
 * A decoder into `out`, which is left open at the end; or why there can be none.
 *
 * Node's own where it has one, three times as fast, and fzstd elsewhere and for small frames. Both compare the checksum.
 */
export function decoderOf(frame: ZstdFrame, out: Sink): FrameDecoder | string {
  if (frame.dictionary) return 'a zstd frame needs a dictionary';
  const native = createZstdDecompress !== undefined && constants.ZSTD_d_windowLogMax !== undefined;
  const { windowSize, contentSize = Number.POSITIVE_INFINITY } = frame;
  const wide = windowSize > maxWindowBytes;
  if (wide && (!native || windowSize > 2 ** largestWindowLog)) return wideWindow;
  const small = Math.max(windowSize, contentSize) <= smallContentBytes;
  return native && !small ? new NativeDecoder(out, { wide }) : new PlainDecoder(out, frame);
}

class NativeDecoder implements FrameDecoder {
  readonly #pump: Pump;
  #why: string | undefined;
  #decodedBytes = 0;

  /** `wide`: the window is larger than what may be used of it, which is what the frame decodes to. */
  constructor(out: Sink, { wide }: { wide: boolean }) {
    const decoder = createZstdDecompress!({
      chunkSize: 1024 * 1024,
      writableHighWaterMark: 1,
      params: { [constants.ZSTD_d_windowLogMax!]: largestWindowLog },
    });
    this.#pump = new Pump(decoder, wide ? this.#bounded(out) : out, (error) => {
      this.#why ??= hasCode(error, 'ZSTD_error_checksum_wrong') ? wrongChecksum : broken;
    });
  }

  /** Stops before more of the window was written to than is allowed: until then it is only reserved. */
  #bounded(out: Sink): Sink {
    const isOver = (): boolean => this.#why !== undefined || out.done;
    return {
      push: async (bytes) => {
        this.#decodedBytes += bytes.length;
        if (this.#decodedBytes > maxWindowBytes) this.#why = wideWindow;
        else await out.push(bytes);
      },
      end: () => Promise.resolve(),
      close: () => {},
      get done() {
        return isOver();
      },
    };
  }

  async push(bytes: Uint8Array): Promise<string | undefined> {
    await this.#pump.write(bytes);
    this.#pump.rethrow();
    return this.#why;
  }

  async pushChecksum(bytes: Uint8Array): Promise<string | undefined> {
    // an error drops what was decoded and not yet handed on
    await this.#pump.flushed();
    return this.push(bytes);
  }

  async end({ cutOff = false }: { cutOff?: boolean }): Promise<string | undefined> {
    await this.#pump.end();
    return cutOff ? undefined : this.#why;
  }

  close(): void {
    this.#pump.close();
  }
}

class PlainDecoder implements FrameDecoder {
  readonly #out: Sink;
  readonly #decoder = new Decompress((bytes) => void this.#decoded.push(bytes));
  readonly #hash: Xxh64 | undefined;
  #decoded: Uint8Array[] = [];

  constructor(out: Sink, { checksum }: ZstdFrame) {
    this.#out = out;
    this.#hash = checksum ? new Xxh64() : undefined;
  }

  async push(bytes: Uint8Array): Promise<string | undefined> {
    for (let at = 0; at < bytes.length && !this.#out.done; at += pieceBytes) {
      // fzstd keeps the piece until its block is whole, and the caller's buffer does not live that long. Not `slice`: of a
      // Buffer that is a view.
      const why = await this.#step(new Uint8Array(bytes.subarray(at, at + pieceBytes)), false);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  pushChecksum(bytes: Uint8Array): Promise<string | undefined> {
    return this.push(bytes);
  }

  async end({ checksum, cutOff = false }: { checksum?: number; cutOff?: boolean }): Promise<string | undefined> {
    if (cutOff) return undefined;
    const why = await this.#step(new Uint8Array(0), true);
    if (why !== undefined) return why;
    return checksum === undefined || checksum === this.#hash?.lowDigest() ? undefined : wrongChecksum;
  }

  close(): void {
    this.#decoded = [];
  }

  async #step(bytes: Uint8Array, last: boolean): Promise<string | undefined> {
    let why: string | undefined;
    try {
      this.#decoder.push(bytes, last);
    } catch {
      why = broken;
    }
    const decoded = this.#decoded;
    this.#decoded = [];
    for (const piece of decoded) {
      this.#hash?.update(piece);
      if (!this.#out.done) await this.#out.push(piece);
    }
    return why;
  }
}
