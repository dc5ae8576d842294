import type { Form } from './form.ts';

/** The bytes as they are. */
export const raw: Form = {
  name: 'raw',
  *encode(value) {
    yield { bytes: value };
  },
};
