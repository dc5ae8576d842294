import { attributesOf, isZero, type Sink } from '../image/index.ts';
import {
  type Container,
  containerOf,
  containers,
  type Host,
  type Located,
  type Opened,
  type StoredMember,
  sealedKind,
} from './containers/index.ts';
import { increment } from './coverage.ts';
import { hitAt } from './hit.ts';
import { limitWords } from './limits.ts';
import type { Place, ScanState } from './state.ts';

const headBytes = 512;

/** Makes the search of a stream that came out of a wrapper; `allowed` as in Content. */
export type MakeContent = (place: Place, allowed: number) => Sink;

/** Recognises what a stream is by its first bytes, and hands it to that wrapper; anything else passes unopened. */
export class Opener implements StoredMember {
  readonly #state: ScanState;
  readonly #place: Place;
  readonly #makeContent: MakeContent;
  /** First bytes, as long as they are too few to decide. */
  #head: Uint8Array = new Uint8Array(0);
  #decided = false;
  #inner: Opened | undefined;

  constructor(state: ScanState, place: Place, makeContent: MakeContent) {
    this.#state = state;
    this.#place = place;
    this.#makeContent = makeContent;
  }

  get done(): boolean {
    return this.#decided && (this.#inner?.done ?? true);
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#decided) {
      if (this.#inner !== undefined && !this.#inner.done) await this.#inner.push(chunk);
      return;
    }
    // not concat of chunk alone: the chunk is the caller's again after this call
    const bytes = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    if (bytes.length < headBytes) {
      this.#head = bytes === chunk ? Uint8Array.from(chunk) : bytes;
      return;
    }
    await this.#decide(bytes);
  }

  ahead(chunk: Uint8Array): void {
    if (this.#inner?.done === false) this.#inner.ahead?.(chunk);
  }

  async end(): Promise<void> {
    if (!this.#decided) await this.#decide(this.#head, true);
    await this.#inner?.end();
  }

  close(): void {
    this.#decided = true;
    this.#inner?.close();
  }

  locate(offset: number): Located {
    return this.#inner?.locate?.(offset) ?? { steps: [], offset };
  }

  async #decide(bytes: Uint8Array, complete = false): Promise<void> {
    this.#decided = true;
    this.#head = new Uint8Array(0);
    if (this.#place.plain === true) return;
    const container = this.#isEmptyTar(bytes)
      ? containers.find(({ name }) => name === 'tar')
      : detect(bytes, this.#name, complete);
    if (container === undefined) {
      const kind = sealedKind(bytes);
      if (kind !== undefined) this.#state.addNotOpened(this.#place, kind);
      return;
    }
    if (container.tentative !== true && !this.#mayOpen(container.name)) return;
    this.#inner = container.open(this.#host(container.name));
    await this.#inner.push(bytes);
  }

  /** Of the file whose first bytes these are; undefined for what came out of a compression. */
  get #name(): string | undefined {
    const last = this.#place.steps.at(-1);
    return last === undefined ? this.#place.entry : last.member;
  }

  /** Counts the wrapper as opened, unless it is nested too deep; `outermost`: what it gives may be the entry itself. */
  #mayOpen(container: string, outermost = true): boolean {
    if (this.#place.steps.length >= this.#state.limits.maxDepth) {
      const limit = limitWords(this.#state.limits, 'maxDepth');
      this.#state.addIncompleteAt(this.#place, `wrappers are nested deeper than the limit (${limit})`);
      return false;
    }
    increment(this.#state.coverage.opened, container);
    if (outermost) this.#place.outermost?.containers.push(container);
    return true;
  }

  /** The layer of a step that changed nothing is a tar of zeros only. Deeper inside, zeros are just zeros. */
  #isEmptyTar(bytes: Uint8Array): boolean {
    return this.#place.outermost !== undefined && bytes.length >= headBytes && isZero(bytes.subarray(0, headBytes));
  }

  #host(container: string, place = this.#place): Host {
    const state = this.#state;
    const makeContent = this.#makeContent;
    const { outermost, ...inside } = place;
    const step = (member: string | undefined): Place['steps'] => [
      ...place.steps,
      member === undefined ? { container } : { container, member },
    ];
    return {
      as: (other, loose = false) => this.#host(other, loose ? { ...place, loose } : place),
      name: this.#name,
      reach: state.search.reach,
      decoded: (member, plain = false): Sink => {
        // what is inside a layer's compression is still the layer; what is inside one of its files is not
        const inner = { ...(member === undefined ? place : inside), steps: step(member), ...(plain ? { plain } : {}) };
        return makeContent(inner, outermost === undefined ? state.limits.maxStreamBytes : Number.POSITIVE_INFINITY);
      },
      stored: (member, attributes) => {
        const file = attributes && attributesOf(attributes);
        const steps = [...place.steps, { container, member, ...(file === undefined ? {} : { file }) }];
        return new Opener(state, { ...inside, steps }, makeContent);
      },
      encoded: (encoding, known = false) => {
        if (known && place.steps.length >= state.limits.maxDepth) return undefined;
        if (!this.#mayOpen(encoding, false)) return undefined;
        return makeContent(
          { ...inside, steps: [...place.steps, { container: encoding }] },
          state.limits.maxStreamBytes,
        );
      },
      isWrapper: (bytes, name, complete) => {
        const container = detect(bytes, name, complete);
        return container === undefined ? sealedKind(bytes) !== undefined : container.anywhere !== true;
      },
      worthOpening: (bytes, name, complete) =>
        detect(bytes, name, complete) !== undefined || sealedKind(bytes) !== undefined,
      memberSeen: (path, type, link) => {
        if (type === '0' || type === '7') state.coverage.files++;
        outermost?.members.add(path, type, link);
      },
      named: (name, member) => {
        for (const match of state.search.matches(name))
          state.hits.add(hitAt(match, { entry: place.entry, steps: step(member), header: true }));
      },
      found: () => this.#mayOpen(container),
      notOpened: (kind, member) => state.addNotOpened({ ...place, steps: step(member) }, kind),
      damaged: (why, lost = false) => state.addDamage(place, why, lost),
    };
  }
}

function detect(bytes: Uint8Array, name: string | undefined, complete = false): Container | undefined {
  const head = bytes.length > headBytes ? bytes.subarray(0, headBytes) : bytes;
  return containerOf(head, name, complete ? bytes : undefined);
}
