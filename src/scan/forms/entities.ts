import { references, upperHexReference } from './character-references.ts';
import type { Form } from './form.ts';
import { textOf } from './text.ts';

/** How each writer spells the two quotes, and whether it escapes `>`; `&` and `<` must always be escaped. */
const doubleQuote = ['"', '&quot;', '&#34;', '&#x22;'];
const singleQuote = ["'", '&apos;', '&#39;', '&#039;', '&#x27;'];
const greater = ['>', '&gt;'];

const notAscii = /[^\0-\x7f]/gu;

/**
 * With character references, as XML and HTML writers escape: named, decimal or hex; also twice (HTML in XML).
 *
 * Of the names only XML's five: letters above ASCII are looked for as they are, in decimal and in hex. Rules: XML 1.0 §4.1
 * and §4.6, HTML "Named character references".
 */
export const entities: Form = {
  name: 'xml',
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    for (const spelling of new Set(spellings(text))) yield { bytes: Buffer.from(spelling, 'utf8') };
  },
};

function* spellings(text: string): Iterable<string> {
  for (const double of text.includes('"') ? doubleQuote : ['"']) {
    for (const single of text.includes("'") ? singleQuote : ["'"]) {
      for (const gt of text.includes('>') ? greater : ['>']) {
        const once = escapeMarkup(text, double, single, gt);
        yield once;
        for (const reference of references) yield once.replace(notAscii, reference);
        yield once.replaceAll('&', '&amp;');
      }
    }
  }
  // mustache and Handlebars, which also escape what ends an unquoted attribute; Handlebars leaves the slash
  const mustache = escapeMarkup(text, '&quot;', '&#39;', '&gt;').replace(/(?<!&#?\w*)[`=]/g, upperHexReference);
  yield mustache;
  yield mustache.replaceAll('/', '&#x2F;');
  // Go html/template
  yield escapeMarkup(text, '&#34;', '&#39;', '&gt;').replaceAll('+', '&#43;');
}

function escapeMarkup(text: string, double: string, single: string, gt: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': gt, '"': double, "'": single };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}
