import type { Form } from './form.ts';
import { textOf } from './text.ts';

/** Fewer characters of a token could be another token's, and fewer than this share of them are of no use to anybody. */
const shortestPart = 16;
const smallestShare = 0.6;

/** `ghp_`, `github_pat_`, `sk_live_`, `xoxb-`, `SG.`: says who issued a token, and is the same in all of them. */
const issuer = /^(?:[A-Za-z]{1,12}[0-9]{0,2}[_.-]){1,3}/;
/** A JSON web token's header and claims are readable by anybody; only what is behind them makes it a credential (RFC 7519). */
const claims = /^eyJ[\w-]+\.eyJ[\w-]+\./;
/** One word that a machine may have drawn. In a text of several words the part that is secret may be the one left out. */
const opaque = /^[A-Za-z0-9+/_.~-]+$/;

/** The name of the form, as findings show it. */
export const partialForm = 'partial';

/**
 * The first or the last part of a token, as truncated copies have it (`${TOKEN:0:20}`, a log that is cut at 80 columns): at
 * least 60 % of it and 16 characters, not counted what every token of its kind begins with.
 *
 * Only of values that look drawn at random. None for structured ones: of a URL or a connection string the first part is
 * public, and the credentials inside are secrets of their own.
 */
export const partial: Form = {
  name: partialForm,
  *encode(value) {
    const text = textOf(value)?.replace(/=+$/, '');
    if (text === undefined || !opaque.test(text)) return;
    const head = (claims.exec(text) ?? issuer.exec(text))?.[0] ?? '';
    const body = text.slice(head.length);
    const length = Math.max(shortestPart, Math.ceil(smallestShare * body.length));
    if (length >= body.length) return;
    for (const [part, spelling] of [
      [body.slice(0, length), text.slice(0, head.length + length)],
      [body.slice(-length), body.slice(-length)],
    ] as const) {
      if (looksDrawn(part)) yield { bytes: Buffer.from(spelling) };
    }
  },
};

/** Of hexadecimal text less is asked: it has two classes only, of unequal size, and is seldom anything but drawn. */
const hexadecimal = /^(?:[0-9a-f]+|[0-9A-F]+)$/;

/** Letters and digits that change class as often as random ones do; words, dates, versions and host names stay below. */
function looksDrawn(text: string): boolean {
  const classes = [...text].map((character) => [/[a-z]/, /[A-Z]/, /[0-9]/].findIndex((each) => each.test(character)));
  const changes = classes.filter((each, index) => index > 0 && each !== classes[index - 1]).length;
  const leastChanges = hexadecimal.test(text) ? 0.15 : 0.3;
  return new Set(text).size >= 8 && new Set(classes).size >= 2 && changes >= leastChanges * (text.length - 1);
}
