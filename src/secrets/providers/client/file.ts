import { resolve } from 'node:path';
import { readBounded } from '../../read-file.ts';
import { secretMissing } from './failures.ts';

/** An encrypted file: more than any secret, with what an encryption adds. */
const maxBytes = 8 * 1024 * 1024;

/** The absolute path of a file that a reference names, which no tool takes for a flag, and what it holds. */
export async function readNamed(cwd: string, file: string): Promise<{ path: string; bytes: Buffer }> {
  const path = resolve(cwd, file);
  const found = await readBounded(path, file, maxBytes);
  if (found === undefined) throw secretMissing(`${file} does not exist`, 'See that its path is right.');
  return { path, bytes: found.bytes };
}
