import type { Word, WordPart } from 'unbash';
import type { LogicalText } from '../logical.ts';

/**
 * A shell word without its quotes and escapes, each unit with its offset in `source`; expansions stay as written.
 *
 * This is what a nested shell gets, so that places in its script lead back to the Dockerfile.
 */
export function wordText(word: Word, source: LogicalText): LogicalText {
  const builder = new Builder(source);
  if (word.parts === undefined) builder.unescape(word.pos, word.end, /[\s\S]/);
  else for (const part of word.parts) addPart(builder, part, false);
  return builder.finish(word.end);
}

function addPart(builder: Builder, part: WordPart, quoted: boolean): void {
  switch (part.type) {
    case 'Literal':
      builder.unescape(part.pos, part.end, quoted ? /["\\$`\n]/ : /[\s\S]/);
      break;
    case 'SingleQuoted':
      // The closing quote is missing when the text could not be parsed.
      builder.copy(part.pos + 1, part.text.endsWith("'") && part.text.length > 1 ? part.end - 1 : part.end);
      break;
    case 'DoubleQuoted':
    case 'LocaleString':
      for (const inner of part.parts) addPart(builder, inner, true);
      break;
    case 'AnsiCQuoted':
      builder.addValue(part.value, part.pos + 2, part.end - 1);
      break;
    default:
      builder.copy(part.pos, part.end);
  }
}

class Builder {
  readonly #source: LogicalText;
  readonly #offsets: number[] = [];
  #text = '';

  constructor(source: LogicalText) {
    this.#source = source;
  }

  copy(start: number, end: number): void {
    for (let at = start; at < end; at++) this.#add(this.#source.text.charAt(at), at);
  }

  /** Copies without the backslashes that stand before a character of `escapable`. */
  unescape(start: number, end: number, escapable: RegExp): void {
    for (let at = start; at < end; at++) {
      const char = this.#source.text.charAt(at);
      if (char === '\\' && at + 1 < end && escapable.test(this.#source.text.charAt(at + 1))) at++;
      this.#add(this.#source.text.charAt(at), at);
    }
  }

  /** Adds a decoded value; its places are exact only while nothing was escaped. */
  addValue(value: string, start: number, end: number): void {
    for (let at = 0; at < value.length; at++) this.#add(value.charAt(at), Math.min(start + at, end));
  }

  finish(end: number): LogicalText {
    return { text: this.#text, offsets: [...this.#offsets, this.#source.offsets[end] ?? 0] };
  }

  #add(char: string, at: number): void {
    this.#text += char;
    this.#offsets.push(this.#source.offsets[at] ?? 0);
  }
}
