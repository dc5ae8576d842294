import { foldable } from './foldable.ts';
import type { Form } from './form.ts';

/**
 * Base64 and base64url (RFC 4648 §4, §5), wherever the value starts inside a longer encoded text.
 *
 * A value may start at any of three offsets of a 3-byte group. Only the characters that hold nothing but bits of the
 * value are kept: the ones at the edges depend on its neighbours, and padding is not always written.
 */
export const base64: Form = {
  name: 'base64',
  *encode(value) {
    for (const lead of [0, 1, 2]) {
      const text = Buffer.concat([Buffer.alloc(lead), value]).toString('base64');
      const start = Math.ceil((lead * 8) / 6);
      const end = Math.floor(((lead + value.length) * 8) / 6);
      const inner = text.slice(start, end);
      yield* foldable(inner);
      if (/[+/]/.test(inner)) yield* foldable(inner.replaceAll('+', '-').replaceAll('/', '_'));
    }
  },
};
