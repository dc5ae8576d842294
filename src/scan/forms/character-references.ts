import type { Form } from './form.ts';
import { textOf } from './text.ts';

type WriteReference = (character: string) => string;

const hexDigits = (character: string): string => character.codePointAt(0)!.toString(16);

export const upperHexReference: WriteReference = (character) => `&#x${hexDigits(character).toUpperCase()};`;

/** A character by its number: in decimal, and in hex of either case (XML 1.0 §4.1). */
export const references: readonly WriteReference[] = [
  (character) => `&#${character.codePointAt(0)};`,
  (character) => `&#x${hexDigits(character)};`,
  upperHexReference,
];

/** Every character by its number, or every one that is no letter or digit (OWASP encoders). */
export const characterReferences: Form = {
  name: 'character references',
  longestValue: 128,
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    for (const reference of references) {
      yield { bytes: Buffer.from(text.replace(/[^A-Za-z0-9]/gu, reference), 'utf8') };
      yield { bytes: Buffer.from(text.replace(/./gsu, reference), 'utf8') };
    }
  },
};
