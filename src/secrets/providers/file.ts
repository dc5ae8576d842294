import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SafebuildError } from '../../errors.ts';
import { maxSecretBytes, readBounded } from '../read-file.ts';
import type { Provider } from './provider.ts';

/**
 * `file:PATH`: the bytes of a file as they are, with a line break at its end if it has one, as docker's `--secret src=` takes
 * them; also secret files of compose and swarm (`file:/run/secrets/NAME`).
 */
export const file: Provider = {
  name: 'a file',
  check: (reference) => void filePath(reference, { cwd: '/', home: '/' }),
  open: (host) => ({
    async fetch(reference) {
      const path = filePath(reference, host);
      const read = await readBounded(path, path, maxSecretBytes);
      if (read) return { value: read.bytes, ...(read.stats.isFile() ? { changed: read.stats.mtime } : {}) };
      throw new SafebuildError('SECRET_MISSING', `${path} does not exist`, { hint: 'Create it, or correct the path.' });
    },
    close: () => Promise.resolve(),
  }),
};

/** The absolute path that a `file:` reference means. Throws `CONFIG_INVALID` for a URL of another host. */
export function filePath(reference: string, { cwd, home }: { cwd: string; home: string }): string {
  const path = reference.slice('file:'.length);
  if (path.startsWith('//')) {
    try {
      return fileURLToPath(reference);
    } catch {
      throw new SafebuildError('CONFIG_INVALID', 'what stands behind file: is no path of this machine', {
        hint: 'Write file:PATH.',
      });
    }
  }
  return path.startsWith('~/') ? join(home, path.slice(2)) : resolve(cwd, path);
}
