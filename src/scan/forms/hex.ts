import { foldable } from './foldable.ts';
import type { Form } from './form.ts';

/** Two hex digits a byte, in lower or upper case, also broken over lines (`xxd -p`). */
export const hex: Form = {
  name: 'hex',
  *encode(value) {
    const digits = value.toString('hex');
    yield* foldable(digits);
    yield* foldable(digits.toUpperCase());
  },
};
