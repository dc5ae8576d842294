import { SafebuildError } from '../errors.ts';
import { Lexer, type Lookup, type Variable } from './lexer.ts';
import type { EscapeChar } from './model.ts';

export type { Lookup, Operator, Variable } from './lexer.ts';

/**
 * Expands the variables of a Dockerfile word and takes its quotes and escapes away, as BuildKit does.
 *
 * Throws `DOCKERFILE_INVALID` on what BuildKit refuses: an open quote or brace, an unknown operator, `${NAME:?}` of an
 * unset variable.
 */
export function expandWord(word: string, lookup: Lookup, escapeChar: EscapeChar = '\\'): string {
  return new Lexer(word, { lookup, escapeChar }).run();
}

/**
 * Splits a text into BuildKit's shell words, quotes and escapes kept, variables as written; empty when it cannot.
 *
 * Throws `DOCKERFILE_INVALID` on text that is nested too deeply for us, which BuildKit may read.
 */
export function rawWords(text: string): string[] {
  const lexer = new Lexer(text, {
    lookup: () => undefined,
    escapeChar: '\\',
    rawQuotes: true,
    rawEscapes: true,
    skipUnset: true,
  });
  try {
    lexer.run();
    return lexer.words.list;
  } catch (error) {
    // A heredoc that is not seen would make instructions of its lines.
    if (error instanceof SafebuildError && !lexer.tooDeep) return [];
    throw error;
  }
}

/**
 * Takes the quotes and escapes of a word away and keeps its variables as written.
 *
 * A word with an open quote or brace stays as it is: BuildKit refuses it only when it expands the word.
 */
export function unquote(word: string, escapeChar: EscapeChar = '\\'): string {
  try {
    return new Lexer(word, { lookup: () => undefined, escapeChar, skipUnset: true }).run();
  } catch (error) {
    if (error instanceof SafebuildError) return word;
    throw error;
  }
}

/** As `unquote`, split at what is then unquoted blank. Throws `DOCKERFILE_INVALID` on an open quote or brace. */
export function unquotedWords(text: string, options: { rawQuotes: boolean }): string[] {
  const lexer = new Lexer(text, { lookup: () => undefined, escapeChar: '\\', skipUnset: true, ...options });
  lexer.run();
  return lexer.words.list;
}

/**
 * The variables that BuildKit expands in a Dockerfile word, in order, those in operands too.
 *
 * Never throws: behind a place that BuildKit would refuse, everything that looks like a variable counts as one.
 */
export function variablesIn(text: string, escapeChar: EscapeChar = '\\'): Variable[] {
  const lexer = new Lexer(text, { lookup: () => undefined, escapeChar, lenient: true });
  try {
    lexer.run();
    return lexer.variables;
  } catch (error) {
    if (!(error instanceof SafebuildError)) throw error;
    return [...lexer.variables.filter(({ range }) => range.end > range.start), ...looseVariables(text)]
      .sort((a, b) => a.range.start - b.range.start)
      .filter((one, index, all) => all.findIndex((other) => other.range.start === one.range.start) === index);
  }
}

function looseVariables(text: string): Variable[] {
  return [...text.matchAll(/\$\{?(\w+)\}?/g)].map((match) => ({
    name: match[1]!,
    range: { start: match.index, end: match.index + match[0].length },
    quoted: false,
  }));
}
