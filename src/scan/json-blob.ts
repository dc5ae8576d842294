import { addDetections } from './detections.ts';
import { decodedForm, rawForm } from './forms/index.ts';
import { hitAt } from './hit.ts';
import { decodeBase64, leavesOf, parseJson } from './json-leaves.ts';
import { repeatsName } from './json-repeats.ts';
import type { ScanState } from './state.ts';

/** Strings within strings: provenance has the Dockerfile in base64, labels have JSON, envelopes have both. */
const maxNesting = 4;

/** `{`, `[`, behind white space or a byte order mark. */
const jsonStart = /^(?:\xef\xbb\xbf)?\s*[{[]/;
const blank = /^(?:\xef\xbb\xbf)?\s*$/;

/** Keeps an entry's bytes while they may be a JSON document of bearable size. */
export class JsonBlob {
  readonly #max: number;
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Undefined while only white space was seen. */
  #looksLikeJson: boolean | undefined;

  constructor(maxBytes: number) {
    this.#max = maxBytes;
  }

  /** It begins like JSON, but is too large to be kept. */
  get tooLarge(): boolean {
    return this.#looksLikeJson === true && this.#size > this.#max;
  }

  push(chunk: Uint8Array): void {
    this.#size += chunk.length;
    this.#looksLikeJson ??= startsJson(chunk);
    if (this.#looksLikeJson === false || this.#size > this.#max) this.#chunks = [];
    else this.#chunks.push(Uint8Array.from(chunk));
  }

  /** The parsed document, and whether one of its objects has a name twice; undefined when it is none. */
  parse(): { value: unknown; repeats: boolean } | undefined {
    if (this.#looksLikeJson !== true || this.tooLarge) return undefined;
    const bytes = Buffer.concat(this.#chunks);
    const document = parseJson(bytes);
    return document && { ...document, repeats: repeatsName(bytes.toString('utf8'), document.value) };
  }
}

function startsJson(chunk: Uint8Array): boolean | undefined {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  const head = bytes.toString('latin1', 0, 256);
  // white space has no end that the format sets
  const text = blank.test(head) ? bytes.toString('latin1') : head;
  return blank.test(text) ? undefined : jsonStart.test(text);
}

/** Searches every string of a JSON document with its escapes decoded, base64 and JSON inside of strings too. */
export function searchJson(state: ScanState, entry: string, json: unknown): void {
  searchStrings(state, entry, json, undefined, []);
}

/** Gives back the secrets that were seen. */
function searchStrings(
  state: ScanState,
  entry: string,
  json: unknown,
  outer: string | undefined,
  decoded: readonly string[],
): Set<string> {
  const seen = new Set<string>();
  for (const { pointer, text } of leavesOf(json))
    for (const secret of searchText(state, Buffer.from(text), { entry, pointer: outer ?? pointer, decoded }))
      seen.add(secret);
  return seen;
}

interface TextPlace {
  entry: string;
  pointer: string;
  decoded: readonly string[];
  /** Secrets that stand in the text, as they are, that this one was decoded from. */
  told?: ReadonlySet<string>;
}

/** Searches a text, first of all what is encoded in it: a hit there says more than the same hit in the encoded text. */
function searchText(state: ScanState, bytes: Buffer, { told, ...place }: TextPlace): Set<string> {
  const matches = state.search.matches(bytes);
  const plain = new Set(matches.filter(({ form }) => form === rawForm).map(({ secret }) => secret));
  const seen = place.decoded.length < maxNesting ? searchInside(state, bytes, place, plain) : new Set<string>();
  const inside = new Set(seen);
  addDetections(state, bytes, matches, { ...place, steps: [] });
  for (const match of matches) {
    // a value that happens to be an encoding
    if (match.form === decodedForm && told?.has(match.secret)) continue;
    seen.add(match.secret);
    if (inside.has(match.secret)) continue;
    state.hits.add(hitAt(match, { ...place, steps: [], offset: match.start }));
  }
  return seen;
}

/** `plain`: what stands in the text as it is. */
function searchInside(
  state: ScanState,
  bytes: Buffer,
  { entry, pointer, decoded }: TextPlace,
  plain: ReadonlySet<string>,
): Set<string> {
  const inner = decodeBase64(bytes.toString('latin1'));
  if (inner !== undefined)
    return searchText(state, inner, { entry, pointer, decoded: [...decoded, 'base64'], told: plain });
  const document = jsonStart.test(bytes.toString('latin1', 0, 256)) ? parseJson(bytes) : undefined;
  if (document === undefined) return new Set();
  return searchStrings(state, entry, document.value, pointer, [...decoded, 'json']);
}
