import type { Dockerfile } from '../dockerfile/index.ts';
import type { Range } from '../finding.ts';
import type { SecretSet } from './set.ts';
import { literalsIn } from './sources/dockerfile.ts';

/** Where the value of a secret stands in the source of the Dockerfile. */
export interface Occurrence {
  /** Name in the set. */
  secret: string;
  range: Range;
}

/**
 * Every place in the Dockerfile where a value of `set` stands in clear, in file order and without overlaps.
 *
 * Weak values count only where name or form of the literal itself says that it is one: elsewhere they are ordinary words.
 */
export function occurrencesIn(dockerfile: Dockerfile, set: SecretSet): Occurrence[] {
  const found: Occurrence[] = literalsIn(dockerfile)
    .filter(({ secret }) => set.get(secret.name) !== undefined)
    .map(({ secret, range }) => ({ secret: secret.name, range }));
  const longestFirst = set.secrets
    .filter(({ weak }) => weak === undefined)
    // What a file or a variable ends with, `echo VALUE > FILE`, is rarely pasted along.
    .map((secret) => ({ name: secret.name, text: secret.reveal().toString('utf8').trim() }))
    .sort((a, b) => b.text.length - a.text.length);
  for (const { name, text } of longestFirst) {
    for (let at = dockerfile.source.indexOf(text); at >= 0; at = dockerfile.source.indexOf(text, at + 1)) {
      const range = { start: at, end: at + text.length };
      if (!found.some((other) => range.start < other.range.end && other.range.start < range.end)) {
        found.push({ secret: name, range });
      }
    }
  }
  return found.sort((a, b) => a.range.start - b.range.start);
}
