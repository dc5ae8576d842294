import type { ReportDamage, Sink } from '../sink.ts';
import { Behind, type MakeBehind } from './behind.ts';
import { decoderOf, type FrameDecoder } from './zstd-decoder.ts';
import { type ZstdEvent, type ZstdFrame, ZstdFrames } from './zstd-frames.ts';

/**
 * Decompresses zstd into `out`: any number of frames, skippable ones between them.
 *
 * A frame that needs a dictionary or a window over 128 MiB, that decodes to another size than it claims, or whose checksum
 * does not hold, is damage. What stands behind the last frame goes to the sink that `behind` makes. Format: RFC 8878.
 */
export function unzstd(out: Sink, damaged: ReportDamage, behind?: MakeBehind): Sink {
  return new ZstdSink(out, damaged, behind);
}

class ZstdSink implements Sink {
  readonly #frames = new ZstdFrames();
  readonly #out: Sink;
  /** What a frame decodes to, counted on its way. */
  readonly #counted: Sink;
  readonly #damaged: ReportDamage;
  #decoder: FrameDecoder | undefined;
  #frameBytes = 0;
  #claimed: number | undefined;
  #broken = false;
  readonly #behind: Behind;
  #ended = false;

  constructor(out: Sink, damaged: ReportDamage, behind: MakeBehind) {
    this.#behind = new Behind('zstd', damaged, behind);
    this.#out = out;
    this.#damaged = damaged;
    this.#counted = {
      push: (bytes) => {
        this.#frameBytes += bytes.length;
        return out.push(bytes);
      },
      end: () => Promise.resolve(),
      close: () => {},
      get done() {
        return out.done;
      },
    };
  }

  get done(): boolean {
    return this.#broken || (this.#ended ? this.#behind : this.#out).done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (const event of joined(this.#frames.feed(chunk))) {
      if (this.done) return;
      if (event.kind === 'frame') this.#open(event);
      else if (event.kind === 'data') this.#check(await this.#decoder?.push(event.bytes));
      else if (event.kind === 'checksum') this.#check(await this.#decoder?.pushChecksum(event.bytes));
      else if (event.kind === 'behind') {
        this.#ended = true;
        await this.#behind.push(event.bytes);
      } else if (event.kind === 'frame-end') await this.#finish(event.checksum);
      else await this.#lose(event.why, event.lost);
    }
  }

  async end(): Promise<void> {
    if (!this.done)
      for (const event of this.#frames.end()) if (event.kind === 'damage') await this.#lose(event.why, event.lost);
    this.#decoder?.close();
    await this.#out.end();
    await this.#behind.end();
  }

  close(): void {
    this.#broken = true;
    this.#decoder?.close();
    this.#out.close();
    this.#behind.close();
  }

  #open(frame: ZstdFrame): void {
    this.#frameBytes = 0;
    this.#claimed = frame.contentSize;
    const decoder = decoderOf(frame, this.#counted);
    if (typeof decoder === 'string') this.#check(decoder);
    else this.#decoder = decoder;
  }

  async #finish(checksum: number | undefined): Promise<void> {
    const decoder = this.#decoder;
    this.#decoder = undefined;
    this.#check(await decoder?.end(checksum === undefined ? {} : { checksum }));
    if (!this.#broken && !this.#out.done && this.#claimed !== undefined && this.#claimed !== this.#frameBytes)
      this.#check('a zstd frame decodes to another size than it claims');
  }

  #check(why: string | undefined): void {
    if (why === undefined || this.#broken) return;
    this.#broken = true;
    this.#decoder?.close();
    this.#damaged(why, true);
  }

  /** Nothing more can be read: what was decoded until here is still on its way. */
  async #lose(why: string, lost: boolean): Promise<void> {
    await this.#decoder?.end({ cutOff: true });
    this.#decoder = undefined;
    if (this.#broken) return;
    this.#broken = true;
    this.#damaged(why, lost);
  }
}

/** Views into the same chunk that follow each other become one: a native decoder's step costs the same for a large piece. */
function* joined(events: Iterable<ZstdEvent>): Generator<ZstdEvent, void, undefined> {
  let data: Uint8Array | undefined;
  for (const event of events) {
    if (event.kind === 'data' && data?.buffer === event.bytes.buffer && endOf(data) === event.bytes.byteOffset) {
      data = new Uint8Array(data.buffer, data.byteOffset, data.length + event.bytes.length);
      continue;
    }
    if (data !== undefined) yield { kind: 'data', bytes: data };
    data = event.kind === 'data' ? event.bytes : undefined;
    if (event.kind !== 'data') yield event;
  }
  if (data !== undefined) yield { kind: 'data', bytes: data };
}

function endOf(bytes: Uint8Array): number {
  return bytes.byteOffset + bytes.length;
}
