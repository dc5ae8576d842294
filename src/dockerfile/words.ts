import type { Range } from '../finding.ts';
import { unquote } from './expand.ts';
import { type JsonString, parseJsonForm } from './json.ts';
import { rangeIn } from './logical.ts';
import type { EscapeChar, Instruction } from './model.ts';

/** One argument of an instruction. */
export interface Word {
  /** Quotes and escapes removed, variables unexpanded. */
  value: string;
  /** As written; of an exec form the JSON string with its quotes. */
  raw: string;
  /** In the source. */
  range: Range;
  /** In `Instruction.text`. */
  textRange: Range;
}

/**
 * The arguments of an instruction: the strings of an exec form, else the words between blanks.
 *
 * BuildKit splits COPY, ADD, FROM, EXPOSE and VOLUME at blanks before it looks at quotes, so that `"a b"` is two words.
 * For the command of a RUN in shell form see `analyseShell`; for ENV, ARG and LABEL `Instruction.pairs`.
 */
export function words(instruction: Instruction, escapeChar: EscapeChar = '\\'): Word[] {
  const { text, textOffsets } = instruction;
  const spans = instruction.json === undefined ? blankSeparated(text, escapeChar) : jsonStrings(text);
  return spans.map(({ value, start, end }) => ({
    value,
    raw: text.slice(start, end),
    range: rangeIn(textOffsets, start, end),
    textRange: { start, end },
  }));
}

function blankSeparated(text: string, escapeChar: EscapeChar): JsonString[] {
  return [...text.matchAll(/[^\t\v\f\r ]+/g)].map((match) => ({
    value: unquote(match[0], escapeChar),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** The array starts at the first bracket: HEALTHCHECK has a word before it. */
function jsonStrings(text: string): JsonString[] {
  const offset = text.indexOf('[');
  const strings = parseJsonForm(text.slice(offset));
  if (typeof strings === 'string') return [];
  return strings.map(({ value, start, end }) => ({ value, start: start + offset, end: end + offset }));
}
