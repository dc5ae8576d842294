import { SafebuildError } from '../errors.ts';
import type { Redactor } from '../secrets/index.ts';

/**
 * A copy of a report with every secret masked in every string.
 *
 * The last net: names that the user chose, tags, paths and labels, may hold a value.
 */
export function masked<T>(value: T, redactor: Redactor): T {
  if (typeof value === 'string') return redactor.redactText(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => masked(item, redactor)) as T;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, redactor)])) as T;
  }
  return value;
}

/** The same error with its words masked; any other error as it is, since its message is never shown. */
export function maskedError(error: unknown, redactor: Redactor): unknown {
  if (!(error instanceof SafebuildError)) return error;
  const hint = error.hint === undefined ? {} : { hint: redactor.redactText(error.hint) };
  return new SafebuildError(error.code, redactor.redactText(error.message), hint);
}
