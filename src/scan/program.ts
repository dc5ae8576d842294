import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { versions } from 'node:process';
import { fileURLToPath } from 'node:url';

const folders = [new URL('./', import.meta.url), new URL('../image/', import.meta.url)];
const packageFile = new URL('../../package.json', import.meta.url);
/** What scan and image decode and detect with, beside Node itself. */
const packages = ['fzstd', '@secretlint/secretlint-rule-preset-recommend'];

let known: Promise<string> | undefined;

/**
 * SHA-256 of the program text that searches, of the packages that it stands on, and of Node's version: another program may find
 * more.
 *
 * Not a version number, which somebody would have to remember to raise, and which a checkout does not have. Rejects when
 * the text cannot be read.
 */
export function programDigest(): Promise<string> {
  known ??= digestOf(folders.map((folder) => fileURLToPath(folder)));
  return known;
}

async function digestOf(dirs: readonly string[]): Promise<string> {
  const { resolve } = createRequire(import.meta.url);
  const hash = createHash('sha256').update(`${versions.node}\0`);
  for (const file of [packageFile, ...packages.map((name) => resolve(name))]) hash.update(await digestOfFile(file));
  for (const dir of dirs) {
    const names = await readdir(dir, { recursive: true });
    for (const name of names.filter((one) => /\.(?:ts|js|json|wasm)$/.test(one)).sort())
      hash.update(`${name}\0`).update(await digestOfFile(join(dir, name)));
  }
  return hash.digest('hex');
}

async function digestOfFile(file: string | URL): Promise<Buffer> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest();
}
