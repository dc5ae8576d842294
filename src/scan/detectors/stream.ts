import type { MatchStream } from '../matcher/index.ts';
import type { AnchorSearch } from './anchor-search.ts';
import { type Detector, type Found, windowOf } from './detector.ts';

/** What the streams of one set of detectors share. */
export interface Shared {
  detectors: readonly Detector[];
  /** Of all anchors. */
  anchors: AnchorSearch;
  /** For each anchor the indexes of its detectors. */
  owners: readonly (readonly number[])[];
  /** Buffers of ended streams, for the next ones: an image is thousands of streams. */
  spare: Buffer[];
}

/** Called with the index of the detector; offsets in the stream. */
export type OnFound = (detector: number, found: Found) => void;

/** How much further than its first anchor's reach a look goes, so that a file full of anchors is not shown again and again. */
function stretchOf({ reach }: Detector): number {
  return Math.max(4096, reach);
}

const blockBytes = 256 * 1024;

/** Bytes that a stream holds back at most, and so how far behind the newest byte a detection may start. */
export function bufferBytes(detectors: readonly Detector[]): number {
  return (
    blockBytes + 2 * Math.max(0, ...detectors.map((detector) => detector.behind + detector.reach + stretchOf(detector)))
  );
}

/** One pass of all detectors over one stream of bytes: looks for anchors, and at the bytes around each. */
export function createStream(shared: Shared, onFound: OnFound): MatchStream {
  return new DetectorStream(shared, onFound);
}

/** A detector has to look around its anchors from `first` on, and at everything that starts before `until`. */
interface Look {
  detector: number;
  first: number;
  until: number;
}

class DetectorStream implements MatchStream {
  readonly #shared: Shared;
  readonly #onFound: OnFound;
  readonly #buffer: Buffer;
  /** Offset in the stream of the buffer's first byte; all other offsets are in the stream, too. */
  #base = 0;
  #filled = 0;
  /** Up to here anchors were searched for. */
  #searched = 0;
  /** What has to be looked at once enough bytes are at hand. */
  #waiting: Look[] = [];
  /** The newest look of each detector, and where what it told last ends: empty at first, as most streams are tiny. */
  readonly #newest: (Look | undefined)[] = [];
  readonly #toldTo: (number | undefined)[] = [];
  #ended = false;

  constructor(shared: Shared, onFound: OnFound) {
    this.#shared = shared;
    this.#onFound = onFound;
    this.#buffer = shared.spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes(shared.detectors));
  }

  push(chunk: Uint8Array): void {
    if (this.#ended) throw new Error('push after end');
    let taken = 0;
    while (taken < chunk.length) {
      const part = chunk.subarray(taken, taken + this.#buffer.length - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      taken += part.length;
      if (this.#filled === this.#buffer.length) this.#search();
    }
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#search();
    this.#shared.spare.push(this.#buffer);
  }

  #search(): void {
    const { anchors, owners, detectors } = this.#shared;
    const bytes = this.#buffer.subarray(0, this.#filled);
    const to = this.#ended ? this.#filled : Math.max(this.#searched - this.#base, this.#filled - anchors.ahead + 1);
    anchors.search(bytes, this.#searched - this.#base, to, (anchor, start) => {
      for (const detector of owners[anchor]!)
        if (detectors[detector]!.mayStand?.(bytes, start) !== false) this.#note(detector, this.#base + start);
    });
    this.#searched = this.#base + to;
    const looks = this.#waiting.sort((a, b) => a.first - b.first || a.detector - b.detector);
    this.#waiting = looks.filter((look) => {
      const ready = this.#ended || look.until + detectors[look.detector]!.reach <= this.#searched;
      if (ready) this.#look(look);
      return !ready;
    });
    if (!this.#ended) this.#slide();
  }

  /** Remembers an anchor. They come nearly in order: a later one may begin a little before. */
  #note(detector: number, at: number): void {
    const newest = this.#newest[detector];
    if (newest !== undefined && at < newest.until) {
      newest.first = Math.min(newest.first, at);
      return;
    }
    const look = { detector, first: at, until: at + stretchOf(this.#shared.detectors[detector]!) };
    this.#newest[detector] = look;
    this.#waiting.push(look);
  }

  #look({ detector: index, first, until }: Look): void {
    const detector = this.#shared.detectors[index]!;
    const from = Math.max(this.#base, first - detector.behind);
    const to = Math.min(this.#base + this.#filled, until + detector.reach);
    const bytes = this.#buffer.subarray(from - this.#base, to - this.#base);
    for (const { start, end, ...rest } of detector.find(windowOf(bytes))) {
      // what stands at an edge may be cut off there; it belongs to another look
      if ((start === 0 && from > 0) || from + start >= until || from + start < (this.#toldTo[index] ?? 0)) continue;
      this.#toldTo[index] = from + end;
      this.#onFound(index, { ...rest, start: from + start, end: from + end });
    }
  }

  /** Makes room; keeps what the next looks need. */
  #slide(): void {
    const { detectors, anchors } = this.#shared;
    const behind = Math.max(0, ...detectors.map((detector) => detector.behind));
    const oldest = Math.min(this.#searched - anchors.behind, this.#waiting[0]?.first ?? this.#searched);
    const keepFrom = Math.min(Math.max(0, oldest - behind - this.#base), this.#filled);
    this.#buffer.copyWithin(0, keepFrom, this.#filled);
    this.#base += keepFrom;
    this.#filled -= keepFrom;
  }
}
