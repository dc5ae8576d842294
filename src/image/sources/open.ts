import { createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SafebuildError } from '../../errors.ts';
import type { ImageSource } from '../source.ts';
import { directorySource } from './directory.ts';
import { tarSource } from './tar.ts';

/**
 * Opens what `path` really is: a folder, or else a tar.
 *
 * `holds` decides what is searched for in it: `image` (the default) must turn out to be one, `files` are an exported
 * artifact. Throws `SCAN_INCOMPLETE` when there is nothing at `path`.
 */
export async function openSource(path: string, holds: 'image' | 'files' = 'image'): Promise<ImageSource> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new SafebuildError('SCAN_INCOMPLETE', `${path} cannot be read`, { cause });
  });
  if (!stats.isDirectory()) {
    return tarSource(path, createReadStream(path, { highWaterMark: 256 * 1024 }), holds);
  }
  if (holds === 'image' && !(await holdsImage(path))) {
    throw new SafebuildError('SCAN_INCOMPLETE', `${path} is neither an OCI layout nor an unpacked docker save`, {
      hint: 'Name a folder with an index.json or a manifest.json, a tar, or an image.',
    });
  }
  return directorySource(path, holds);
}

async function holdsImage(folder: string): Promise<boolean> {
  for (const name of ['index.json', 'manifest.json', 'repositories']) {
    const found = await access(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
