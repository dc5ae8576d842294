import { createHmac } from 'node:crypto';

/**
 * Changes with anything that a search looks for, and tells nothing without `key`: 64 hexadecimal digits.
 *
 * `needles` in any order: the bytes of each, and everything else about it in JSON. `hidden`: texts that are masked in what a
 * verdict says of places.
 */
export function fingerprintOf(
  needles: readonly { bytes: Uint8Array }[],
  hidden: readonly string[],
  key: Uint8Array,
): string {
  const one = ({ bytes, ...rest }: { bytes: Uint8Array }): string =>
    createHmac('sha256', key).update(JSON.stringify(rest)).update('\0').update(bytes).digest('hex');
  const all = createHmac('sha256', key).update(JSON.stringify([...hidden].sort()));
  for (const mac of needles.map(one).sort()) all.update(mac);
  return all.digest('hex');
}
