import { SafebuildError } from '../../../errors.ts';

/** The parts of `SCHEME://PATH?QUERY#FRAGMENT`, as written: nothing is decoded. */
export interface ReferenceParts {
  path: string;
  query: ReadonlyMap<string, string>;
  /** Absent without a `#`; may be empty with one. */
  fragment?: string;
}

/** What a store is called, and how its references look. */
export interface ReferenceForm {
  store: string;
  form: string;
}

/**
 * Splits a reference of one of `schemes`.
 *
 * Throws `CONFIG_INVALID` when it has another scheme or a control character. Errors never quote a reference: people paste
 * values where references belong.
 */
export function splitReference(reference: string, schemes: readonly string[], form: ReferenceForm): ReferenceParts {
  const scheme = schemes.find((scheme) => reference.startsWith(`${scheme}://`));
  if (scheme === undefined) throw noReference(form, 'it begins otherwise');
  const rest = reference.slice(scheme.length + '://'.length);
  // they would reach the arguments of a tool, or a terminal
  if (/\p{Cc}/u.test(rest)) throw noReference(form, 'it has a control character');
  const hash = rest.indexOf('#');
  const before = hash < 0 ? rest : rest.slice(0, hash);
  const mark = before.indexOf('?');
  return {
    path: mark < 0 ? before : before.slice(0, mark),
    query: mark < 0 ? new Map() : pairsOf(before.slice(mark + 1)),
    ...(hash < 0 ? {} : { fragment: rest.slice(hash + 1) }),
  };
}

/** The error of a text that is no reference of this form; `problem` ends the sentence and quotes nothing. */
export function noReference({ store, form }: ReferenceForm, problem: string): SafebuildError {
  return new SafebuildError('CONFIG_INVALID', `This is not a reference to ${store}: ${problem}`, {
    hint: `Write it as ${form}.`,
  });
}

/** Throws `CONFIG_INVALID` when the query has a name other than these, or a fragment stands where none belongs. */
export function expectOnly(
  { query, fragment }: ReferenceParts,
  form: ReferenceForm,
  allowed: { query?: readonly string[]; fragment?: boolean } = {},
): void {
  for (const name of query.keys()) {
    if (!allowed.query?.includes(name)) throw noReference(form, 'it has a ?parameter that is not known');
  }
  if (fragment !== undefined && !allowed.fragment) throw noReference(form, 'a # has no meaning in it');
}

function pairsOf(query: string): Map<string, string> {
  return new Map(
    query.split('&').map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
