import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { excludesDirectory, ignored, parseIgnore } from '../dockerfile/index.ts';

/**
 * Lists what the builder would be sent: every path below `dir` that the ignore file lets through, folders left out,
 * relative and with `/`. Symbolic links are listed and not followed, as BuildKit sends them.
 *
 * Folders that cannot be read are left to docker's own error. Throws CONFIG_INVALID for a broken ignore pattern.
 */
export async function walkContext(dir: string, ignoreText: string | undefined): Promise<string[]> {
  const patterns = parseIgnore(ignoreText ?? '');
  const found: string[] = [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const entries = await readdir(join(dir, folder), { withFileTypes: true }).catch((): Dirent[] => []);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!excludesDirectory(patterns, path)) pending.push(path);
      } else if (!ignored(patterns, path)) found.push(path);
    }
  }
  return found.sort();
}
