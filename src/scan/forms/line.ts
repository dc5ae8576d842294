import type { Form } from './form.ts';
import { privateKeyBodies } from './pem.ts';
import { textOf } from './text.ts';

const shortestLine = 40;

/**
 * A line of a private key by itself, as `grep`, `head` and log excerpts leave it.
 *
 * The first line, and of a long key the first half, is left out: it holds the format's header and the public modulus,
 * which other keys and the key's own certificate have too (RFC 8017 A.1.2, openssh PROTOCOL.key).
 */
export const line: Form = {
  name: 'one line of the key',
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    for (const body of privateKeyBodies(text)) {
      const firstSecret = body.length > 6 ? Math.ceil(body.length / 2) : 1;
      for (const bodyLine of body.slice(firstSecret)) {
        if (bodyLine.length >= shortestLine) yield { bytes: Buffer.from(bodyLine, 'latin1') };
      }
    }
  },
};
