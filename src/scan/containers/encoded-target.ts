import { constants, gunzipSync } from 'node:zlib';
import { isGzip, type Sink } from '../../image/index.ts';
import type { Host } from './container.ts';
import { type EncodedStart, type Encoding, encodedStart, judgedCharacters } from './encoded-start.ts';
import { type Words, wordsIn } from './word-search.ts';

/** What `detect` of every wrapper can make use of. */
const headBytes = 512;
/** A text up to this size is looked through at once. */
const smallText = 4096;

/** Takes the short texts of one stream. */
export type Join = (encoding: Encoding, text: Buffer) => Promise<void>;

/**
 * What becomes of the bytes that an encoded text stands for: a wrapper is opened, a text is searched, and looked through for
 * encoded texts itself; of anything else the search of the encoded text knows as much.
 *
 * The short texts of a stream go into one sink together: a file may hold many of them.
 */
export class EncodedTarget {
  readonly #host: Host;
  readonly #start: EncodedStart;
  readonly #join: Join;
  #head: Buffer[] = [];
  #headLength = 0;
  #decided = false;
  #sink: Sink | undefined;

  constructor(host: Host, start: EncodedStart, join: Join) {
    this.#host = host;
    this.#start = start;
    this.#join = join;
  }

  /** Bytes that are pushed come to nothing. */
  get done(): boolean {
    return this.#decided && (this.#sink?.done ?? true);
  }

  async push(bytes: Buffer): Promise<void> {
    if (this.#decided) {
      await this.#sink?.push(bytes);
      return;
    }
    this.#head.push(bytes);
    this.#headLength += bytes.length;
    if (this.#headLength >= (this.#start.text ? smallText : headBytes)) await this.#decide(false);
  }

  async end(): Promise<void> {
    if (!this.#decided) await this.#decide(true);
    await this.#sink?.end();
  }

  close(): void {
    this.#decided = true;
    this.#sink?.close();
  }

  async #decide(complete: boolean): Promise<void> {
    this.#decided = true;
    const head = Buffer.concat(this.#head);
    this.#head = [];
    const { encoding, text } = this.#start;
    if (text && complete && !holdsEncoded(head, judgedCharacters)) {
      await this.#join(encoding, head);
      return;
    }
    if (text || this.#isWrapper(head, complete)) this.#sink = this.#host.encoded(encoding);
    await this.#sink?.push(head);
  }

  /** A magic number alone also stands in documentation. */
  #isWrapper(head: Buffer, complete: boolean): boolean {
    return this.#host.isWrapper(head, undefined, complete) && (!isGzip(head) || inflates(head));
  }
}

/** Whether something in these bytes, which are all, is an encoded text, in a word of `shortest` characters or more. */
export function holdsEncoded(bytes: Uint8Array, shortest: number): boolean {
  return nextStart(bytes, wordsIn(bytes, shortest)) !== undefined;
}

/** The first of the words that are left where encoded bytes seem to begin. */
export function nextStart(bytes: Uint8Array, words: Words): EncodedStart | undefined {
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const start = encodedStart(bytes, word);
    if (start !== undefined) return start;
  }
  return undefined;
}

/** Whether it does so far; of so few bytes no more than 512 KiB can come. */
function inflates(head: Buffer): boolean {
  try {
    gunzipSync(head.subarray(0, headBytes), { finishFlush: constants.Z_SYNC_FLUSH });
    return true;
  } catch {
    return false;
  }
}
