import { Transform } from 'node:stream';
import { folded } from '../scan/forms/folded.ts';
import { linePartsOf, needlesOf } from '../scan/forms/index.ts';
import { type Automaton, createAutomaton } from '../scan/matcher/index.ts';
import { readByContent } from './formats/by-content.ts';
import type { Secret } from './secret.ts';
import { isStructure } from './structure.ts';

/** A shorter value stands everywhere: masking it would ruin the output and tell where it stands. */
const shortestMasked = 4;
/** Longer values are files; what a log may show of them is a line or a part, which are secrets of their own. */
const longestMasked = 8 * 1024;
/** The same for a line of a value of several lines. */
const shortestLine = 6;
/** The first and last line of a key (RFC 7468): no secret, and worth reading. */
const label = /-----(?:BEGIN|END) [A-Z0-9 ]+-----/g;
/** Words that output is full of. */
const tooCommon = new Set(
  'true false none null undefined root admin user test debug info error warn localhost production development'.split(
    ' ',
  ),
);

/** Replaces the values of a set of secrets in what is shown. */
export interface Redactor {
  /** Names of the secrets whose values are too short or too common to be masked, for one warning to the user. */
  readonly unmasked: readonly string[];
  redactText(text: string): string;
  /** A filter for one stream of bytes; every stream of output needs its own. */
  stream(): RedactingStream;
}

/** The output is the same whatever the chunks. */
export interface RedactingStream {
  /** What is safe to show now: all but the longest tail that could be the beginning of a value. No timer is needed. */
  push(chunk: Uint8Array): Buffer;
  /** The rest. The stream takes no bytes after it. */
  end(): Buffer;
}

/**
 * Masks every form of every value, each line of values of several lines, and the lines of a value that was encoded and
 * wrapped. Of a file with credentials in it, lines that only hold it together (`[default]`, `kind: Config`) stay readable.
 * Values that overlap or touch become one mask (default `***`).
 */
export function createRedactor(
  secrets: Iterable<Pick<Secret, 'name' | 'reveal'>>,
  { mask = '***' }: { mask?: string } = {},
): Redactor {
  const unmasked: string[] = [];
  const needles: Uint8Array[] = [];
  for (const secret of secrets) {
    const value = secret.reveal();
    if (isMaskable(value)) needles.push(...maskedNeedles(value));
    else unmasked.push(secret.name);
  }
  const automaton = createAutomaton(needles);
  const stream = (): RedactingStream => createStream(automaton, Buffer.from(mask));
  const redactText = (text: string): string => {
    const { push, end } = stream();
    const input = Buffer.from(text);
    const output = Buffer.concat([push(input), end()]);
    // The same string when nothing was masked: text that is not valid Unicode must not change.
    return output.equals(input) ? text : output.toString();
  };
  return { unmasked, redactText, stream };
}

/** A Node stream that redacts what is piped through it. */
export function redactTransform(redactor: Redactor): Transform {
  const { push, end } = redactor.stream();
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, push(chunk)),
    flush: (done) => done(null, end()),
  });
}

function isMaskable(value: Buffer): boolean {
  // The automaton keeps a table for every byte of every form: past this it costs more memory than a build may.
  if (value.length > longestMasked) return false;
  const text = value.toString('latin1').trim();
  return text.length >= shortestMasked && !isCommon(text);
}

function isCommon(text: string): boolean {
  // Port numbers and the like.
  return tooCommon.has(text.toLowerCase()) || /^\d{1,5}$/.test(text);
}

function* maskedNeedles(value: Buffer): Iterable<Uint8Array> {
  // latin1 keeps every byte of a binary value.
  const text = value.toString('latin1').replace(/^[\r\n]+|[\r\n]+$/g, '');
  // Also when it is too short to be searched for in an image.
  yield Buffer.from(text, 'latin1');
  const lines = text.split(/\r?\n|\\r\\n|\\n/).map((line) => line.trim());
  const credentials = lines.length === 1 ? [] : credentialLines(value);
  // The words of a file's format are what output is full of.
  yield* formsOf(value, { rewrapped: credentials.length === 0 || text.includes('-----BEGIN ') });
  if (lines.length === 1) return;
  const isFrame = (line: string): boolean =>
    credentials.length > 0 && isStructure(line) && !credentials.some((part) => line.includes(part));
  for (const line of lines) {
    if (line.length >= shortestLine && line.replace(label, '') !== '' && !isCommon(line) && !isFrame(line))
      yield* formsOf(Buffer.from(line, 'latin1'), { rewrapped: true });
  }
}

/** What stands on a line of its own of every credential in a file, as latin1; empty for a value of no known format. */
function credentialLines(value: Buffer): string[] {
  return readByContent(value.toString('utf8'))
    .flatMap((part) => Buffer.from(part.value).toString('latin1').split(/\r?\n/))
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** `rewrapped`: with the pieces that a wrapped value leaves on a line. */
function* formsOf(value: Buffer, { rewrapped }: { rewrapped: boolean }): Iterable<Uint8Array> {
  const labels = value.toString('latin1').match(label) ?? [];
  for (const needle of needlesOf(value).needles) {
    yield needle.bytes;
    if (needle.form === folded.name && !rewrapped) continue;
    for (const part of linePartsOf(needle)) {
      const text = Buffer.from(part).toString('latin1');
      if (!labels.some((each) => each.includes(text))) yield part;
    }
  }
}

/** Offsets in the stream. `shown`: the mask is in the output already, and the rest of the range is swallowed. */
interface MaskedRange {
  start: number;
  end: number;
  shown: boolean;
}

function createStream(automaton: Automaton, mask: Buffer): RedactingStream {
  let state = 0;
  let position = 0;
  /** Bytes not shown yet; they end at `position`. */
  let held: Buffer = Buffer.alloc(0);
  /** Ascending, apart from each other, none of them wholly shown. */
  let ranges: MaskedRange[] = [];

  const show = (bytes: Buffer, safe: number): Buffer => {
    const base = position - bytes.length;
    const parts: Buffer[] = [];
    let shown = base;
    for (const range of ranges.filter(({ start }) => start < safe)) {
      if (!range.shown) parts.push(bytes.subarray(shown - base, range.start - base), mask);
      range.shown = true;
      shown = Math.min(range.end, safe);
    }
    parts.push(bytes.subarray(shown - base, safe - base));
    // A range that ends at the first byte not shown may still be touched by the next one.
    ranges = ranges.filter(({ end }) => end >= safe);
    held = Buffer.from(bytes.subarray(safe - base));
    return Buffer.concat(parts);
  };

  return {
    push(chunk) {
      for (const byte of chunk) {
        state = automaton.next(state, byte);
        position += 1;
        const length = automaton.matched(state);
        if (length > 0) ranges = joined(ranges, position - length, position);
      }
      return show(Buffer.concat([held, chunk]), position - automaton.open(state));
    },
    end: () => show(held, position),
  };
}

/** `ranges` with one more, which ends behind all of them. */
function joined(ranges: MaskedRange[], from: number, end: number): MaskedRange[] {
  let start = from;
  let shown = false;
  for (let last = ranges.at(-1); last !== undefined && last.end >= start; last = ranges.at(-1)) {
    start = Math.min(start, last.start);
    shown ||= last.shown;
    ranges.pop();
  }
  ranges.push({ start, end, shown });
  return ranges;
}
