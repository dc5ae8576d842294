import { SafebuildError } from '../errors.ts';
import type { Range } from '../finding.ts';
import type { EscapeChar } from './model.ts';
import { cutPrefix, cutSuffix, replacePattern } from './pattern.ts';
import { isSpace } from './space.ts';

/** Value of a variable; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** What can stand behind the name in `${NAME…}`. */
export type Operator = ':-' | '-' | ':+' | '+' | ':?' | '?' | '#' | '##' | '%' | '%%' | '/' | '//';

/** A variable that a Dockerfile word expands. `range` covers it from `$` to `}`, in units of the text given. */
export interface Variable {
  name: string;
  range: Range;
  operator?: Operator;
  /** It stands in double quotes. */
  quoted: boolean;
}

/** How to read a word. */
export interface LexOptions {
  escapeChar: EscapeChar;
  lookup: Lookup;
  /** Quotes stay in the result. */
  rawQuotes?: boolean;
  /** Escape characters stay in the result. */
  rawEscapes?: boolean;
  /** Unset variables stay in the result as they are written. */
  skipUnset?: boolean;
  /** `${NAME:?}` of an unset variable is no error. */
  lenient?: boolean;
}

/** Builds the words that BuildKit splits an expanded text into. */
class Words {
  readonly list: string[] = [];
  #word = '';

  add(text: string): void {
    for (const char of text) {
      if (!isSpace(char)) this.#word += char;
      else this.end();
    }
  }

  addRaw(text: string): void {
    this.#word += text;
  }

  end(): void {
    if (this.#word !== '') this.list.push(this.#word);
    this.#word = '';
  }
}

function failure(what: string): SafebuildError {
  return new SafebuildError('DOCKERFILE_INVALID', `Variable expansion: ${what}`);
}

/** Deeper than what people write by far; BuildKit has no limit, and we would run out of stack. */
const maxNesting = 200;

/** BuildKit's word lexer; `run` reads the text once. Source: frontend/dockerfile/shell/lex.go. */
export class Lexer {
  readonly variables: Variable[] = [];
  readonly words = new Words();
  readonly #text: string;
  readonly #options: LexOptions;
  #at = 0;
  #depth = 0;
  #rawEscapes: boolean;

  constructor(text: string, options: LexOptions) {
    this.#text = text;
    this.#options = options;
    this.#rawEscapes = options.rawEscapes ?? false;
  }

  /** It gave up on text that BuildKit would have read. */
  get tooDeep(): boolean {
    return this.#depth > maxNesting;
  }

  run(): string {
    const result = this.#until('', this.#rawEscapes, this.words);
    this.words.end();
    return result;
  }

  #until(stop: string, rawEscapes: boolean, words = new Words()): string {
    const before = this.#rawEscapes;
    this.#rawEscapes = rawEscapes;
    let result = '';
    for (;;) {
      const char = this.#peek();
      if (char === '') {
        if (stop !== '') throw failure(`missing '${stop}'`);
        break;
      }
      if (char === stop) {
        this.#at++;
        break;
      }
      result += this.#piece(char, words);
    }
    this.#rawEscapes = before;
    return result;
  }

  #piece(char: string, words: Words): string {
    if (char === '$') {
      const value = this.#dollar(false);
      words.add(value);
      return value;
    }
    if (char === "'" || char === '"') {
      const value = char === "'" ? this.#singleQuoted() : this.#doubleQuoted();
      words.addRaw(value);
      return value;
    }
    this.#at++;
    if (char !== this.#options.escapeChar) {
      words.add(char);
      return char;
    }
    const kept = this.#rawEscapes ? char : '';
    const escaped = this.#next();
    words.addRaw(kept + escaped);
    return kept + escaped;
  }

  #singleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end === -1) throw failure('missing single quote');
    const inner = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return this.#options.rawQuotes ? `'${inner}'` : inner;
  }

  #doubleQuoted(): string {
    const quote = this.#options.rawQuotes ? '"' : '';
    let result = quote;
    this.#at++;
    for (;;) {
      const char = this.#peek();
      if (char === '') throw failure('missing double quote');
      if (char === '$') {
        result += this.#dollar(true);
        continue;
      }
      this.#at++;
      if (char === '"') return result + quote;
      result += char === this.#options.escapeChar ? this.#escapedInQuotes(char) : char;
    }
  }

  #escapedInQuotes(escapeChar: string): string {
    const kept = this.#rawEscapes ? escapeChar : '';
    const next = this.#peek();
    if (next === '') return kept;
    if (next !== '"' && next !== '$' && next !== escapeChar) return kept + escapeChar;
    this.#at++;
    return kept + next;
  }

  #dollar(quoted: boolean): string {
    const start = this.#at++;
    if (this.#peek() !== '{') {
      const name = this.#name();
      if (name === '') return '$';
      this.#record(name, start, quoted);
      return this.#value(name) ?? (this.#options.skipUnset ? `$${name}` : '');
    }
    this.#at++;
    if ('{}:'.includes(this.#peek())) throw failure('bad substitution');
    const name = this.#name();
    // The place in the list is taken before the operand adds its own variables.
    const place = this.variables.length;
    this.variables.push({ name, range: { start, end: start }, quoted });
    if (++this.#depth > maxNesting) throw failure(`nested deeper than ${maxNesting} levels`);
    const { value, operator } = this.#operation(name);
    this.variables[place] = {
      name,
      range: { start, end: this.#at },
      ...(operator === undefined ? {} : { operator }),
      quoted,
    };
    this.#depth--;
    return value;
  }

  #operation(name: string): { value: string; operator?: Operator } {
    const value = this.#value(name);
    const first = this.#next();
    if (first === '}') return { value: value ?? (this.#options.skipUnset ? `\${${name}}` : '') };
    if (first === '/') return this.#replacement(name, value);
    const char = first === ':' ? this.#next() : first;
    if (!'+-?#%'.includes(char) || char === '') throw failure('unsupported modifier');
    const colon = first === ':' ? ':' : '';
    const word = this.#until('}', char === '#' || char === '%');
    if (value === undefined && this.#options.skipUnset) return { value: `\${${name}${colon}${char}${word}}` };
    if (char === '#' || char === '%') return trim(char, word, value ?? '');
    const operator = `${colon}${char}` as Operator;
    const set = value !== undefined && !(colon === ':' && value === '');
    return { value: this.#substitute(name, char, word, set ? value : undefined) ?? value ?? '', operator };
  }

  /** What `-`, `+` and `?` make of a value; undefined: the value as it is. */
  #substitute(name: string, char: string, word: string, value: string | undefined): string | undefined {
    if (char === '-') return value ?? word;
    if (char === '+') return value === undefined ? '' : word;
    if (value === undefined && !this.#options.lenient) throw failure(`${name} must be set`);
    return value;
  }

  #replacement(name: string, value: string | undefined): { value: string; operator: Operator } {
    const all = this.#peek() === '/';
    if (all) this.#at++;
    const pattern = this.#until('/', true);
    const replacement = this.#until('}', true);
    const operator = all ? '//' : '/';
    if (value === undefined && this.#options.skipUnset) {
      return { value: `\${${name}/${pattern}/${replacement}}`, operator };
    }
    return { value: replacePattern(value ?? '', pattern, replacement, all), operator };
  }

  #name(): string {
    const rest = this.#text.slice(this.#at);
    const name = /^(?:\p{Nd}+|[@*#?$!-]|[\p{L}_][\p{L}\p{Nd}_]*)/u.exec(rest)?.[0] ?? '';
    this.#at += name.length;
    return name;
  }

  #record(name: string, start: number, quoted: boolean): void {
    this.variables.push({ name, range: { start, end: this.#at }, quoted });
  }

  #value(name: string): string | undefined {
    return this.#options.lookup(name);
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #next(): string {
    return this.#text.charAt(this.#at++);
  }
}

function trim(char: string, word: string, value: string): { value: string; operator: Operator } {
  const greedy = word.startsWith(char);
  const pattern = greedy ? word.slice(1) : word;
  if (char === '#') return { value: cutPrefix(value, pattern, greedy), operator: greedy ? '##' : '#' };
  return { value: cutSuffix(value, pattern, greedy), operator: greedy ? '%%' : '%' };
}
