import type { NameRule } from '../config/index.ts';
import {
  classify,
  credentialsInText,
  isCommonWord,
  isPlaceholder,
  judgeName,
  secretShape,
  urlCredentials,
} from '../secrets/index.ts';

/** A secret that stands in clear; `weak` where it is a word that every password list has: no secret to lose, and no lock. */
export interface Literal {
  weak: boolean;
}

/**
 * Whether the value that a compose file or a manifest gives to `name` is a secret in clear.
 *
 * As in a Dockerfile: by a name that says secret, or a form that is one; random text alone is not enough, and neither a
 * reference (`${X}`, `$(X)`) nor a placeholder counts. Of `${X:-default}` the default is judged.
 */
export function judgeLiteral(name: string, value: string, rule?: NameRule): Literal | undefined {
  if (rule?.kind === 'setting') return undefined;
  const [, fallback] = /^\$\{[A-Za-z_]\w*:?-([^}]*)\}$/.exec(value.trim()) ?? [];
  const text = fallback ?? value;
  if (text.trim() === '') return undefined;
  const password = urlCredentials(text)?.password;
  if (/(?<!\$)\$[({A-Za-z_]/.test(text)) {
    const isHeld = password !== undefined && !password.includes('$');
    if (isHeld && !isPlaceholder(password)) return { weak: isCommonWord(password) };
    return credentialsInText(text).length > 0 ? { weak: false } : undefined;
  }
  if (classify(name, text, rule).kind !== 'secret') return undefined;
  if (rule?.kind !== 'secret' && judgeName(name).says !== 'secret' && secretShape(text) === undefined) return undefined;
  if (isCommonWord(password ?? text)) return { weak: true };
  return isPlaceholder(text) ? undefined : { weak: false };
}
