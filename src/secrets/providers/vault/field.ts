import { SafebuildError } from '../../../errors.ts';
import { ExactNumber, isObject, printExact } from './exact-json.ts';

/**
 * One field of a secret as bytes, or the whole secret as a JSON object.
 *
 * Text as it is, numbers digit for digit, true and false as words, lists and objects as compact JSON. `shown` stands for the
 * secret in messages. Throws SECRET_MISSING for a field that is not there or is null. The names of the fields that are there
 * are not listed: some people keep tokens as names. A field whose name differs in case only is pointed at by that alone.
 */
export function fieldOf(
  data: Readonly<Record<string, unknown>>,
  steps: readonly string[] | undefined,
  shown: string,
): Buffer {
  let value: unknown = data;
  for (const [depth, step] of (steps ?? []).entries()) {
    const name = (steps ?? []).slice(0, depth + 1).join('/');
    if (!isObject(value) || !Object.hasOwn(value, step)) throw missing(name, shown, isObject(value) ? value : {}, step);
    value = value[step];
    if (value === null) throw missing(name, shown, {}, step);
  }
  if (typeof value === 'string') return Buffer.from(value);
  if (typeof value === 'boolean' || value instanceof ExactNumber) return Buffer.from(printExact(value));
  return Buffer.from(printExact(value));
}

function missing(name: string, shown: string, siblings: object, step: string): SafebuildError {
  const sameLetters = Object.keys(siblings).some((one) => one.toLowerCase() === step.toLowerCase());
  return new SafebuildError('SECRET_MISSING', `${shown} has no field ${name}`, {
    hint: sameLetters
      ? 'Write the name of the field in the same case as Vault has it.'
      : `See the names of its fields in Vault, and write one of them behind the # of the reference.`,
  });
}
