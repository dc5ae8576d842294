import { type LogicalText, rangeIn, sliceText } from './logical.ts';
import type { Flag } from './model.ts';
import { isSpace, skipSpace, trimmedEnd } from './space.ts';

/** An instruction taken apart: keyword as written, flags, and the argument text behind them. */
export interface SplitCommand {
  keyword: LogicalText;
  flags: Flag[];
  argument: LogicalText;
}

/** What BuildKit splits words at; line feeds cannot occur in a logical line. */
const separator = /[\t\v\f\r ]+/g;

/** Takes one logical line apart. Source: BuildKit, frontend/dockerfile/parser/split_command.go. */
export function splitCommand(line: LogicalText): SplitCommand {
  const start = skipSpace(line.text);
  const end = trimmedEnd(line.text, start);
  separator.lastIndex = start;
  const gap = separator.exec(line.text.slice(0, end));
  const keyword = sliceText(line, start, gap?.index ?? end);
  if (gap === null) return { keyword, flags: [], argument: sliceText(line, end, end) };
  const { flags, next } = readFlags(line, gap.index + gap[0].length, end);
  const from = Math.min(skipSpace(line.text, next), end);
  return { keyword, flags, argument: sliceText(line, from, Math.max(end, from)) };
}

/**
 * Reads the leading `--words` with their quotes; a bare `--` ends them.
 *
 * Inside flags the escape character is always `\`, whatever the escape directive says.
 */
function readFlags(line: LogicalText, start: number, end: number): { flags: Flag[]; next: number } {
  const flags: Flag[] = [];
  let at = start;
  for (;;) {
    while (at < end && isSpace(line.text.charAt(at))) at++;
    if (!line.text.startsWith('--', at) || at + 1 >= end) return { flags, next: at };
    const word = readFlagWord(line.text, at, end);
    if (word.value === '--') return { flags, next: word.end };
    flags.push({ ...splitFlag(word.value), range: rangeIn(line.offsets, at, word.end) });
    at = word.end;
  }
}

function readFlagWord(text: string, start: number, end: number): { value: string; end: number } {
  let value = '';
  let quote = '';
  let at = start;
  for (; at < end; at++) {
    const char = text.charAt(at);
    if (quote === '' && isSpace(char)) break;
    if (quote === '' && (char === "'" || char === '"')) quote = char;
    else if (char === quote) quote = '';
    else if (char !== '\\') value += char;
    else if (at + 1 < end) value += text.charAt(++at);
    else quote = '';
  }
  return { value, end: at };
}

function splitFlag(word: string): { name: string; value?: string } {
  const equals = word.indexOf('=');
  if (equals === -1) return { name: word.slice(2) };
  return { name: word.slice(2, equals), value: word.slice(equals + 1) };
}
