import { secretMissing, sourceFailed } from '../client/failures.ts';
import { parseJson, valueAt } from '../client/json.ts';

/**
 * The bytes of what stands at `keys` in a decrypted document: a string as it is, numbers and booleans as they are written, a
 * map or a list as JSON.
 */
export function bytesAt(document: Buffer, keys: readonly string[], file: string): Buffer {
  const tree = parseJson(document);
  if (tree === undefined)
    throw sourceFailed(`sops does not give ${file} as JSON`, 'Name its ?format=, or bring sops up to date.');
  const found = valueAt(tree, ...keys);
  if (found === undefined || found === null) {
    throw secretMissing(`${file} has no value at ${keys.join('.')}`, 'See that the keys after # are right.');
  }
  if (typeof found === 'string') return Buffer.from(found);
  if (hasInexact(found)) {
    const hint = 'Write it in quotes, so that none of its digits is lost.';
    throw sourceFailed(`${file} has a number at ${keys.join('.')} that is too large to be read exactly`, hint);
  }
  return Buffer.from(typeof found === 'object' ? JSON.stringify(found) : String(found));
}

function hasInexact(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInexact);
}
