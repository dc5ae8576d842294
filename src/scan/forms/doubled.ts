import type { Form } from './form.ts';

/**
 * Characters that are escaped by writing them twice: `'` in SQL, YAML and PowerShell, `"` in CSV, `$` in Compose files and
 * Makefiles, `%` in systemd units and batch files, `{` and `}` in format strings.
 */
const doubling: readonly RegExp[] = [/'/g, /"/g, /['"]/g, /\$/g, /%/g, /[{}]/g];

/** A value in which every one of some character is doubled. */
export const doubled: Form = {
  name: 'doubled',
  *encode(value) {
    // latin1 keeps every byte; the characters in question are ASCII
    const text = value.toString('latin1');
    for (const character of doubling) {
      const spelling = text.replace(character, '$&$&');
      if (spelling !== text) yield { bytes: Buffer.from(spelling, 'latin1') };
    }
  },
};
