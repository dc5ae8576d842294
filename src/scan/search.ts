import type { Secret } from '../secrets/secret.ts';
import { assignmentForm, assignmentsOf, needlesOf, partialForm, rawForm } from './forms/index.ts';
import { compileNeedles, type Matcher, type MatchStream, type Pattern } from './matcher/index.ts';
import { fingerprintOf } from './verdicts/fingerprint.ts';

/** The secrets of a build. Weak ones are named, and searched for only as the value of their own name. */
export type ScanSecrets = Iterable<Secret>;

/** A value was seen: whose, in which form, where in the stream (bytes, `end` exclusive). */
export interface Match {
  secret: string;
  form: string;
  start: number;
  end: number;
}

/** A form of a secret that is not searched for, because it is too short to mean anything. */
export interface OmittedForm {
  secret: string;
  form: string;
}

/** A secret whose value is too common or too short to be searched for by itself. */
export interface WeakSecret {
  secret: string;
  why: string;
  /** It was searched for as `NAME=value` and the like, in plain text only. Absent: not at all. */
  searchedAs?: typeof assignmentForm;
}

/** Every form of every secret, compiled once for all the streams of a scan. */
export interface Search {
  /** Names, in the order given. */
  secrets: readonly string[];
  weak: readonly WeakSecret[];
  omitted: readonly OmittedForm[];
  /** Names of all forms that are searched for, of any secret. */
  forms: readonly string[];
  /** The secret of which a secret is a part, by name. */
  partOf: ReadonlyMap<string, string>;
  /** How far behind the newest byte of a stream a match may start when it is told. */
  reach: number;
  stream(onMatch: (match: Match) => void): MatchStream;
  /** All matches in bytes that are at hand. A part of a value is told as far as the bytes go on as the value does. */
  matches(bytes: Uint8Array): Match[];
  /** Changes with anything that is searched for; tells nothing without `key`. */
  fingerprint(key: Uint8Array): string;
  /** Hides the weak values in a text where they stand as whole words. */
  hideWeak(text: string, shown: string): string;
}

/** A shorter value is in every other text. */
const shortestHidden = 3;

interface Owner {
  secret: string;
  form: string;
  /** Bytes of the pattern that are not the value's. */
  before?: number;
  after?: number;
}

/** A value as it is, in one of its line ends. */
interface Whole {
  secret: string;
  bytes: Buffer;
}

interface Owned extends Pattern {
  owners: Owner[];
}

/** An assignment may be all that a string holds, and is known by what stands around it. */
const edge = Buffer.from('\n');

/** The matcher collects bytes before it looks; what it may hold back beside twice the longest needle. */
const matcherBufferBytes = 2 * 1024 * 1024;

/** Compiles the search, unless it is one already. The only place in `scan` that reveals values. */
export function compileSearch(secrets: ScanSecrets | Search): Search {
  if ('stream' in secrets) return secrets;
  const patterns = new Map<string, Owned>();
  const names: string[] = [];
  const weak: WeakSecret[] = [];
  const omitted: OmittedForm[] = [];
  const partOf = new Map<string, string>();
  const weakTexts: string[] = [];
  for (const secret of secrets) {
    const found = secret.weak === undefined ? needlesOf(secret.reveal()) : { needles: [], omitted: [] };
    // a value without any needle must not be reported as searched for
    if (found.needles.length === 0) {
      const text = secret.reveal().toString('utf8').trim();
      const assignments = [...assignmentsOf(secret.name, text)];
      for (const { bytes, ...ends } of assignments)
        own(patterns, { bytes }, { secret: secret.name, form: assignmentForm, ...ends });
      const searched = assignments.length > 0 ? ({ searchedAs: assignmentForm } as const) : {};
      weak.push({ secret: secret.name, why: secret.weak ?? 'too short', ...searched });
      weakTexts.push(text);
      continue;
    }
    if (secret.partOf !== undefined) partOf.set(secret.name, secret.partOf);
    names.push(secret.name);
    omitted.push(...found.omitted.map((form) => ({ secret: secret.name, form })));
    for (const { form, ...spelling } of found.needles) own(patterns, spelling, { secret: secret.name, form });
  }
  const owned = [...patterns.values()];
  const longest = owned.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
  return new CompiledSearch(
    { secrets: names, weak, omitted, partOf, reach: matcherBufferBytes + 4 * longest },
    owned,
    weakTexts,
  );
}

/** Two secrets may have the same value, or one may be the other's encoding. */
function own(patterns: Map<string, Owned>, spelling: Pattern, owner: Owner): void {
  const key = `${spelling.anchor ?? ''}:${Buffer.from(spelling.bytes).toString('latin1')}`;
  const known = patterns.get(key);
  if (known === undefined) patterns.set(key, { ...spelling, owners: [owner] });
  else known.owners.push(owner);
}

class CompiledSearch implements Search {
  readonly secrets: Search['secrets'];
  readonly weak: Search['weak'];
  readonly omitted: Search['omitted'];
  readonly forms: Search['forms'];
  readonly partOf: Search['partOf'];
  readonly reach: number;
  readonly #patterns: readonly Owned[];
  readonly #matcher: Matcher;
  readonly #wholes: readonly Whole[];
  readonly #weakWords: RegExp | undefined;

  constructor(
    facts: Pick<Search, 'secrets' | 'weak' | 'omitted' | 'partOf' | 'reach'>,
    patterns: readonly Owned[],
    weakTexts: readonly string[],
  ) {
    this.secrets = facts.secrets;
    this.weak = facts.weak;
    this.omitted = facts.omitted;
    this.forms = [...new Set(patterns.flatMap(({ owners }) => owners.map(({ form }) => form)))];
    this.partOf = facts.partOf;
    this.reach = facts.reach;
    this.#patterns = patterns;
    this.#matcher = compileNeedles(patterns);
    this.#wholes = patterns.flatMap(({ bytes, owners }) =>
      owners.flatMap(({ secret, form }) => (form === rawForm ? [{ secret, bytes: Buffer.from(bytes) }] : [])),
    );
    this.#weakWords = wordsOf(weakTexts);
  }

  fingerprint(key: Uint8Array): string {
    return fingerprintOf(this.#patterns, this.#weakWords === undefined ? [] : [this.#weakWords.source], key);
  }

  hideWeak(text: string, shown: string): string {
    return this.#weakWords === undefined ? text : text.replace(this.#weakWords, shown);
  }

  stream(onMatch: (match: Match) => void): MatchStream {
    return this.#matcher.stream((needle, start, end) => {
      for (const { secret, form, before = 0, after = 0 } of this.#patterns[needle]!.owners)
        onMatch({ secret, form, start: start + before, end: end - after });
    });
  }

  matches(bytes: Uint8Array): Match[] {
    const matches: Match[] = [];
    const stream = this.stream(({ start, end, ...match }) =>
      matches.push({ ...match, start: start - edge.length, end: end - edge.length }),
    );
    stream.push(edge);
    stream.push(bytes);
    stream.push(edge);
    stream.end();
    return withoutEchoes(matches)
      .map((match) => (match.form === partialForm ? this.#grown(bytes, match) : match))
      .sort((a, b) => a.start - b.start);
  }

  #grown(bytes: Uint8Array, match: Match): Match {
    const part = bytes.subarray(match.start, match.end);
    const grown = { ...match };
    for (const { bytes: whole } of this.#wholes.filter(({ secret }) => secret === match.secret)) {
      for (let at = whole.indexOf(part); at >= 0; at = whole.indexOf(part, at + 1)) {
        let left = 0;
        while (left < Math.min(at, match.start) && whole[at - left - 1] === bytes[match.start - left - 1]) left++;
        let right = 0;
        const room = Math.min(whole.length - at - part.length, bytes.length - match.end);
        while (right < room && whole[at + part.length + right] === bytes[match.end + right]) right++;
        grown.start = Math.min(grown.start, match.start - left);
        grown.end = Math.max(grown.end, match.end + right);
      }
    }
    return grown;
  }
}

/** A part of a value stands wherever the value does. */
function withoutEchoes(matches: readonly Match[]): Match[] {
  const whole = matches.filter(({ form }) => form !== partialForm);
  return matches.filter(
    ({ form, secret, start, end }) =>
      form !== partialForm ||
      !whole.some((other) => other.secret === secret && other.start <= start && end <= other.end),
  );
}

function wordsOf(texts: readonly string[]): RegExp | undefined {
  const words = texts
    .filter((text) => text.length >= shortestHidden)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return words.length === 0
    ? undefined
    : new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'gu');
}
