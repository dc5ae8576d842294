import { breakable } from './breakable.ts';
import type { Form } from './form.ts';

/** The name of the form that is none; findings leave it out. */
export const rawForm = 'raw';

/** The bytes as they are; a value of one line also where it is broken over several. */
export const raw: Form = {
  name: rawForm,
  encode: breakable,
};
