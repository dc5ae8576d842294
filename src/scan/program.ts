import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { versions } from 'node:process';
import { fileURLToPath } from 'node:url';

/** Where all stands that a search is made of: detectors read keys and credential files as `secrets` does. */
export const programFolders = ['./', '../image/', '../secrets/', '../wasm/'].map(
  (path) => new URL(path, import.meta.url),
);
const packageFile = new URL('../../package.json', import.meta.url);
/** What scan and image decode and detect with, beside Node itself. */
const packages = ['fzstd', '@secretlint/secretlint-rule-preset-recommend'];

let known: Promise<string> | undefined;

/**
 * SHA-256 of the program text that searches, of the packages that it stands on, and of Node's version: another program may find
 * more.
 *
 * Not a version number, which somebody would have to remember to raise, and which a checkout does not have. Rejects when
 * the text cannot be read. Reads 400 small files one after another: asking the thread pool for each takes ten times as long.
 */
export function programDigest(): Promise<string> {
  known ??= Promise.resolve(programFolders.map((folder) => fileURLToPath(folder))).then(digestOf);
  return known;
}

/**
 * Changes with nearly everything that `programDigest` changes with, above all an upgrade, and costs a look at two files.
 *
 * For hints alone: it may stay the same where somebody works on the program itself.
 */
export function programState(): string {
  const files = [packageFile, new URL(import.meta.url)].map((file) => statSync(file));
  return [versions.node, ...files.map(({ ino, size, mtimeMs }) => [ino, size, mtimeMs].join())].join(' ');
}

function digestOf(dirs: readonly string[]): string {
  const { resolve } = createRequire(import.meta.url);
  const hash = createHash('sha256').update(`${versions.node}\0`);
  for (const file of [packageFile, ...packages.map((name) => resolve(name))]) hash.update(digestOfFile(file));
  for (const dir of dirs) {
    const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((one) => /(?<!\.d)\.(?:ts|js|json|wasm)$/.test(one)).sort())
      hash.update(`${name}\0`).update(digestOfFile(join(dir, name)));
  }
  return hash.digest('hex');
}

function digestOfFile(file: string | URL): Buffer {
  return createHash('sha256').update(readFileSync(file)).digest();
}
