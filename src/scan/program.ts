import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// This file lies as deep as the bundle of the command line, so that these lead to the same places from both.
const places = [new URL('../scan/', import.meta.url), new URL('../image/', import.meta.url)];
const packageFile = new URL('../../package.json', import.meta.url);

let known: Promise<string> | undefined;

/**
 * SHA-256 of the program text that searches, and of the list of packages that it stands on: another program may find more.
 *
 * Not a version number, which somebody would have to remember to raise, and which a checkout does not have. Rejects when
 * the text cannot be read.
 */
export function programDigest(): Promise<string> {
  known ??= digestOf(places.map((place) => fileURLToPath(place)));
  return known;
}

async function digestOf(dirs: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(await readFile(packageFile));
  for (const dir of dirs) {
    const names = await readdir(dir, { recursive: true });
    for (const name of names.filter((one) => /\.(?:ts|js|json|wasm)$/.test(one)).sort()) {
      const text = createHash('sha256').update(await readFile(join(dir, name)));
      hash.update(`${name}\0`).update(text.digest());
    }
  }
  return hash.digest('hex');
}
