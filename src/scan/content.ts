import { createHash, type Hash } from 'node:crypto';
import type { Sink } from '../image/index.ts';
import { Detections } from './detections.ts';
import { hitAt } from './hit.ts';
import { limitWords } from './limits.ts';
import type { MatchStream } from './matcher/index.ts';
import { Opener } from './opener.ts';
import type { Place, ScanState } from './state.ts';
import type { Turn } from './turns.ts';

/**
 * Searches one stream of bytes, and opens what it is.
 *
 * The wrapper sees a chunk before the matcher does, so that a match can be named at once.
 */
export class Content implements Sink {
  done = false;
  readonly #state: ScanState;
  readonly #place: Place;
  readonly #opener: Opener;
  readonly #matches: MatchStream;
  readonly #detections: Detections | undefined;
  /**
   * Of a layer that came out of its compression: the image config names it by its digest.
   *
   * Not of one that came out of gzip, whose own checksum was compared: hashing would be a fifth of the work. What a wrong name
   * in the config hides from a reader it does not hide from the search, and engines refuse such a layer.
   */
  readonly #hash: Hash | undefined;
  readonly #turn: Turn | undefined;
  /** Bytes that may still come; undefined for what is not decoded, and so cannot be a bomb. */
  #allowed: number | undefined;

  constructor(state: ScanState, place: Place, allowed?: number) {
    this.#state = state;
    this.#place = place;
    this.#allowed = allowed;
    const compression = place.steps.at(-1)?.container;
    this.#hash =
      place.outermost !== undefined && compression !== undefined && compression !== 'gzip'
        ? createHash('sha256')
        : undefined;
    this.#turn = compression === undefined ? undefined : place.outermost?.turn;
    this.#opener = new Opener(state, place, (inner, bytes) => new Content(state, inner, bytes));
    if (state.detectors !== undefined)
      this.#detections = new Detections(state, state.detectors, place, (offset) => this.#opener.locate(offset));
    this.#matches = state.search.stream((match) => {
      this.#detections?.declared(match);
      const { steps, ...located } = this.#opener.locate(match.start);
      state.hits.add(hitAt(match, { entry: place.entry, ...located, steps: [...place.steps, ...steps] }));
    });
  }

  async push(chunk: Uint8Array): Promise<void> {
    const turn = this.#turn?.wait();
    if (turn !== undefined) await turn;
    if (this.done) return;
    if (this.#allowed !== undefined) this.#count(chunk.length);
    this.#hash?.update(chunk);
    await this.#opener.push(chunk);
    this.#matches.push(chunk);
    // a compressed layer is looked at as what it decodes to
    if (!this.#isCompressed) this.#detections?.push(chunk);
  }

  /** What is going to be pushed next, and stays as it is until then: a thread may decode it already. */
  ahead(chunk: Uint8Array): void {
    if (!this.done) this.#opener.ahead(chunk);
  }

  async end(): Promise<void> {
    await this.#opener.end();
    this.#matches.end();
    this.#detections?.end();
    this.done = true;
    if (this.#hash !== undefined)
      this.#place.outermost!.decodedDigests[this.#place.steps.length - 1] = `sha256:${this.#hash.digest('hex')}`;
  }

  close(): void {
    if (this.done) return;
    this.done = true;
    this.#opener.close();
    this.#matches.end();
    this.#detections?.end();
  }

  get #isCompressed(): boolean {
    const { outermost, steps } = this.#place;
    const container = outermost?.containers[steps.length];
    return container !== undefined && container !== 'tar';
  }

  #count(bytes: number): void {
    const within = this.#state.countDecoded(bytes);
    this.#allowed! -= bytes;
    if (within && this.#allowed! >= 0) return;
    this.done = true;
    const limit = limitWords(this.#state.limits, within ? 'maxStreamBytes' : 'maxTotalBytes');
    this.#state.addDamage(this.#place, `it decodes to more than the limit (${limit})`, true);
  }
}
