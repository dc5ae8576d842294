import { unquote } from './expand.ts';
import { invalid } from './invalid.ts';
import { type LogicalText, rangeIn } from './logical.ts';
import type { EscapeChar, Pair } from './model.ts';
import { isSpace } from './space.ts';

interface Span {
  start: number;
  end: number;
}

/** The words of a `NAME=value` list, quotes kept. Source: BuildKit, frontend/dockerfile/parser/line_parsers.go, parseWords. */
function splitPairs(text: string, escapeChar: EscapeChar): Span[] {
  const spans: Span[] = [];
  let at = 0;
  while (at < text.length) {
    if (isSpace(text.charAt(at))) {
      at++;
      continue;
    }
    const start = at;
    at = pairEnd(text, at, escapeChar);
    spans.push({ start, end: at });
  }
  return spans;
}

function pairEnd(text: string, start: number, escapeChar: EscapeChar): number {
  let quote = '';
  let at = start;
  for (; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote === '' && isSpace(char)) break;
    // Nothing is escaped inside single quotes.
    if (char === escapeChar && quote !== "'") at++;
    else if (quote === '' && (char === "'" || char === '"')) quote = char;
    else if (char === quote) quote = '';
  }
  return Math.min(at, text.length);
}

/**
 * The pairs of an ENV, LABEL or ARG, each with its place in the source.
 *
 * ENV and LABEL know the old form `NAME value`, ARG the bare `NAME`. Throws `DOCKERFILE_INVALID` as BuildKit does.
 */
export function readPairs(
  keyword: 'ENV' | 'LABEL' | 'ARG',
  argument: LogicalText,
  escapeChar: EscapeChar,
  line: number,
): Pair[] {
  const spans = splitPairs(argument.text, escapeChar);
  const first = spans[0];
  if (first === undefined) throw invalid(line, `${keyword} requires at least one argument`);
  if (keyword !== 'ARG' && !argument.text.slice(first.start, first.end).includes('=')) {
    return [oldForm(keyword, argument, escapeChar, line)];
  }
  return spans.map(({ start, end }) => {
    const equals = argument.text.slice(start, end).indexOf('=');
    if (equals === 0) throw invalid(line, `${keyword} names can not be blank`);
    if (equals === -1 && keyword !== 'ARG') throw invalid(line, `every ${keyword} must be of the form name=value`);
    if (equals === -1) return bare(argument, start, end);
    return pair(argument, { start, end: start + equals }, { start: start + equals + 1, end }, escapeChar);
  });
}

function oldForm(keyword: string, argument: LogicalText, escapeChar: EscapeChar, line: number): Pair {
  const gap = /[\t\v\f\r ]+/.exec(argument.text);
  if (gap === null) throw invalid(line, `${keyword} must have two arguments`);
  const value = { start: gap.index + gap[0].length, end: argument.text.length };
  return pair(argument, { start: 0, end: gap.index }, value, escapeChar);
}

function bare(argument: LogicalText, start: number, end: number): Pair {
  const range = rangeIn(argument.offsets, start, end);
  return { name: argument.text.slice(start, end), range, nameRange: range };
}

function pair(argument: LogicalText, name: Span, value: Span, escapeChar: EscapeChar): Pair {
  const raw = argument.text.slice(value.start, value.end);
  return {
    name: argument.text.slice(name.start, name.end),
    raw,
    value: unquote(raw, escapeChar),
    range: rangeIn(argument.offsets, name.start, value.end),
    nameRange: rangeIn(argument.offsets, name.start, name.end),
    valueRange: rangeIn(argument.offsets, value.start, value.end),
  };
}
