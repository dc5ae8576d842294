import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { hasCode, SafebuildError } from '../errors.ts';

/** As many as the hash gives: more would not make an HMAC-SHA-256 stronger. */
const keyBytes = 32;

/** Less is guessed offline together with a weak value, by whoever can read the ids of a build. */
const minVariableLength = 32;

/**
 * The key from which the versions of secrets are made: the same on every build of this user.
 *
 * SAFEBUILD_VERSION_KEY gives it, for machines that share a build cache: any text of 32 characters or more, e.g. from
 * `openssl rand -hex 32`. Otherwise 32 random bytes in `$XDG_STATE_HOME/safebuild/version-key` (by default below
 * `~/.local/state`), made at the first build. Where they cannot be kept, or would lie inside the build context `contextDir`
 * and could be copied into the image, a key for this build alone: steps with secrets then run again, which is right and only
 * slower. Throws CONFIG_INVALID for a variable that is too short.
 */
export async function versionKey(env: Readonly<Record<string, string>>, contextDir?: string): Promise<Buffer> {
  const variable = env.SAFEBUILD_VERSION_KEY;
  if (variable) return fromVariable(variable);
  try {
    const dir = stateDir(env);
    return contextDir !== undefined && isInside(dir, contextDir) ? randomBytes(keyBytes) : await storedKey(dir);
  } catch {
    return randomBytes(keyBytes);
  }
}

function fromVariable(text: string): Buffer {
  if (text.length >= minVariableLength) return createHash('sha256').update(`safebuild version key\0${text}`).digest();
  throw new SafebuildError('CONFIG_INVALID', 'SAFEBUILD_VERSION_KEY is too short to keep anything secret.', {
    hint: `Set it to ${minVariableLength} random characters or more, e.g. what openssl rand -hex 32 prints.`,
  });
}

/** Where safebuild keeps what outlives a build: `$XDG_STATE_HOME/safebuild`, by default below `~/.local/state`. */
export function stateDir(env: Readonly<Record<string, string>>): string {
  const given = env.XDG_STATE_HOME;
  // The XDG base directory specification: relative paths are invalid and to be ignored.
  const state = given && isAbsolute(given) ? given : join(env.HOME || homedir(), '.local', 'state');
  return join(state, 'safebuild');
}

/** Whether `path` is `dir` or lies below it, by their names. */
export function isInside(path: string, dir: string): boolean {
  const way = relative(resolve(dir), resolve(path));
  return way === '' || (way.split(/[\\/]/)[0] !== '..' && !isAbsolute(way));
}

async function storedKey(dir: string): Promise<Buffer> {
  const path = join(dir, 'version-key');
  const known = await readKey(path);
  if (known?.length === keyBytes) return known;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // What is no key was cut off or is not ours, and would keep every build from using the cache.
  if (known !== undefined) await rm(path);
  const draft = join(dir, `version-key-${randomBytes(8).toString('hex')}`);
  try {
    await writeFile(draft, randomBytes(keyBytes), { mode: 0o600, flag: 'wx' });
    // A link appears with its whole content and never replaces: of two first builds at once, both use the key of one.
    await link(draft, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  const kept = await readKey(path);
  return kept?.length === keyBytes ? kept : randomBytes(keyBytes);
}

async function readKey(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
