import { createHash, type Hash } from 'node:crypto';
import type { Sink } from '../image/index.ts';
import { Detections } from './detections.ts';
import { hitAt } from './hit.ts';
import type { MatchStream } from './matcher/index.ts';
import { Opener } from './opener.ts';
import type { Place, ScanState } from './state.ts';

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
  /** Of a layer that came out of its compression: the image config names it by its digest. */
  readonly #hash: Hash | undefined;
  /** Bytes that may still come; undefined for what is not decoded, and so cannot be a bomb. */
  #allowed: number | undefined;

  constructor(state: ScanState, place: Place, allowed?: number) {
    this.#state = state;
    this.#place = place;
    this.#allowed = allowed;
    this.#hash = place.outermost !== undefined && place.steps.length > 0 ? createHash('sha256') : undefined;
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
    if (this.done) return;
    if (this.#allowed !== undefined) this.#count(chunk.length);
    this.#hash?.update(chunk);
    await this.#opener.push(chunk);
    this.#matches.push(chunk);
    // a compressed layer is looked at as what it decodes to
    if (!this.#isCompressed) this.#detections?.push(chunk);
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
    const { coverage, limits } = this.#state;
    coverage.decodedBytes += bytes;
    this.#allowed! -= bytes;
    if (this.#allowed! >= 0 && coverage.decodedBytes <= limits.maxTotalBytes) return;
    this.done = true;
    this.#state.addDamage(this.#place, 'it decodes to more bytes than the limit allows', true);
  }
}
