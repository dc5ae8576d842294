import { breakable } from './breakable.ts';
import type { Form } from './form.ts';

/** The bytes as they are; a value of one line also where it is broken over several. */
export const raw: Form = {
  name: 'raw',
  encode: breakable,
};
