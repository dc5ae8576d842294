import { type Cursor, createAutomaton, createRuns } from '../scan/matcher/index.ts';
import { isCommonInOutput, type MaskedText, maskedTexts, pieceLengths } from './masked-texts.ts';
import type { Secret } from './secret.ts';

/** A shorter value stands everywhere: masking it would ruin the output and tell where it stands. */
const shortestMasked = 4;
/** Longer values are files; what a log may show of them is a line or a part, which are secrets of their own. */
const longestMasked = 8 * 1024;
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
  /** How many of the bytes that came last could be the beginning of a value. */
  readonly open: number;
  /** Masks those bytes, for a value of which no more will come; the mask, and what stands before it. */
  breakOff(): Buffer;
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
  const values: Buffer[] = [];
  for (const secret of secrets) {
    const value = secret.reveal();
    if (isMaskable(value)) values.push(value);
    else unmasked.push(secret.name);
  }
  let createCursor: (() => Cursor) | undefined;
  const stream = (): RedactingStream => {
    // Many commands end without a text to mask, and what docker says for the first time leaves time for it.
    createCursor ??= cursorsOf(values.flatMap((value) => [...maskedTexts(value)]));
    return createStream(createCursor(), Buffer.from(mask));
  };
  const redactText = (text: string): string => {
    const { push, end } = stream();
    const input = Buffer.from(text);
    const output = Buffer.concat([push(input), end()]);
    // The same string when nothing was masked: text that is not valid Unicode must not change.
    return output.equals(input) ? text : output.toString();
  };
  return { unmasked, redactText, stream };
}

function isMaskable(value: Buffer): boolean {
  // The state machine keeps every byte of every form: past this it costs more memory than a build may.
  if (value.length > longestMasked) return false;
  const text = value.toString('latin1').trim();
  return text.length >= shortestMasked && !isCommonInOutput(text);
}

/** What finds the texts whole, and every piece of those that may be wrapped. */
function cursorsOf(texts: readonly MaskedText[]): () => Cursor {
  const bytesOf = (wrapped: boolean): Uint8Array[] =>
    texts.filter((text) => text.wrapped === wrapped).map(({ bytes }) => bytes);
  const { next, matched, open } = createAutomaton(bytesOf(false));
  const createPieces = createRuns(bytesOf(true), pieceLengths);
  return () => {
    const pieces = createPieces();
    let state = 0;
    return {
      push(byte) {
        state = next(state, byte);
        pieces.push(byte);
      },
      get matched() {
        return Math.max(matched(state), pieces.matched);
      },
      get open() {
        return Math.max(open(state), pieces.open);
      },
    };
  };
}

/** Offsets in the stream. `shown`: the mask is in the output already, and the rest of the range is swallowed. */
interface MaskedRange {
  start: number;
  end: number;
  shown: boolean;
}

function createStream(cursor: Cursor, mask: Buffer): RedactingStream {
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
        cursor.push(byte);
        position += 1;
        const length = cursor.matched;
        if (length > 0) ranges = joined(ranges, position - length, position);
      }
      return show(Buffer.concat([held, chunk]), position - cursor.open);
    },
    get open() {
      return cursor.open;
    },
    breakOff() {
      if (cursor.open > 0) ranges = joined(ranges, position - cursor.open, position);
      return show(held, position);
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
