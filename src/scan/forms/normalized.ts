import type { Form } from './form.ts';
import { textOf } from './text.ts';

/** Letters with marks in one code point, or as a letter and its marks: macOS file names, web forms (UAX #15, NFC and NFD). */
export const normalized: Form = {
  name: 'unicode normal form',
  *encode(value) {
    const text = textOf(value);
    if (text === undefined || /^[\0-\x7f]*$/.test(text)) return;
    for (const form of ['NFC', 'NFD'] as const) {
      const other: string = text.normalize(form);
      if (other !== text) yield { bytes: Buffer.from(other, 'utf8') };
    }
  },
};
