import { SafebuildError } from '../../../errors.ts';

/** What references to one store look like. */
export interface Grammar {
  /** For messages: `AWS Secrets Manager`. */
  store: string;
  /** Our own scheme: `aws+sm`. */
  scheme: string;
  /** The scheme that vals has for the same store: `awssecrets`, which it writes as `ref+awssecrets://`. */
  valsScheme: string;
  /** The right form, for the hint. */
  form: string;
  /** The parameters that are known, each with the name under which `Reference.parameters` has it. */
  parameters: Readonly<Record<string, string>>;
  /** Parameters of vals that are not taken, each with what to do instead. */
  refused?: Readonly<Record<string, string>>;
}

/** A reference, taken apart; everything percent-decoded. */
export interface Reference {
  /** Written as for vals, whose rules for paths and fragments then hold. */
  vals: boolean;
  /** Everything between `//` and `?` or `#`, with its leading `/` where there is one; never empty. */
  path: string;
  parameters: ReadonlyMap<string, string>;
  fragment: string | undefined;
}

/**
 * Takes a reference apart.
 *
 * Throws `CONFIG_INVALID`, and quotes nothing of the text: what does not have the form of a reference may be a value.
 * In vals' spelling a `+` may end it, and `secretref+` stands for `ref+`.
 * Source: the README of helmfile/vals, "Suported Backends" and "Discriminating config and secrets".
 */
export function parseReference(text: string, grammar: Grammar): Reference {
  const vals = /^(?:secret)?ref\+/.test(text);
  const bare = vals ? text.replace(/^(?:secret)?ref\+/, '').replace(/\+$/, '') : text;
  const parts = /^([a-z+]+):\/\/([^?#]+)(?:\?([^#]*))?(?:#(.*))?$/.exec(bare);
  const [, scheme, path = '', query, fragment] = parts ?? [];
  if (scheme !== (vals ? grammar.valsScheme : grammar.scheme) || /[\p{Cc}\p{Z}]/u.test(bare)) throw invalid(grammar);
  return {
    vals,
    path: decoded(path, grammar),
    parameters: parametersOf(query, grammar),
    fragment: fragment === undefined ? undefined : decoded(fragment, grammar),
  };
}

/** The error for a reference of a wrong form; `why` ends the sentence, in words of our own only. */
export function invalid(grammar: Grammar, why = 'it does not have the form of one', hint?: string): SafebuildError {
  return new SafebuildError('CONFIG_INVALID', `This is no reference to ${grammar.store}: ${why}`, {
    hint: hint ?? `Write it as ${grammar.form}.`,
  });
}

/** Throws `CONFIG_INVALID` unless `value`, where there is one, has a form that the store allows. */
export function requireForm(value: string | undefined, form: RegExp, what: string, grammar: Grammar): void {
  if (value !== undefined && !form.test(value))
    throw invalid(grammar, `its ${what} has characters that no ${what} has`);
}

function parametersOf(query: string | undefined, grammar: Grammar): Map<string, string> {
  const parameters = new Map<string, string>();
  // `?` with nothing behind it stands in an example of vals
  for (const pair of (query ?? '').split('&').filter((text) => text !== '')) {
    const [, written = '', value = ''] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    const refused = Object.hasOwn(grammar.refused ?? {}, written) ? grammar.refused?.[written] : undefined;
    if (refused !== undefined) throw invalid(grammar, `the parameter ${written} is not taken`, refused);
    const name = Object.hasOwn(grammar.parameters, written) ? grammar.parameters[written] : undefined;
    if (name === undefined) throw invalid(grammar, `it may have only these parameters: ${known(grammar)}`);
    if (value === '' || parameters.has(name)) throw invalid(grammar, `its parameter ${name} is not given just once`);
    parameters.set(name, decoded(value, grammar));
  }
  return parameters;
}

function known(grammar: Grammar): string {
  return [...new Set(Object.values(grammar.parameters))].join(', ');
}

// not URLSearchParams: `+` stands for itself in names of secrets
function decoded(text: string, grammar: Grammar): string {
  const characters = decodedOrNone(text);
  if (characters === undefined) {
    throw invalid(grammar, 'a % in it does not begin two hexadecimal digits (write %25 for the sign itself)');
  }
  // messages show parts of it on terminals
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(characters))
    throw invalid(grammar, 'it has characters that are not to be seen');
  return characters;
}

function decodedOrNone(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
