import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContextFile, type CredentialFileContent, credentialFile, readCredentialFile } from '../secrets/index.ts';

/** No credential file is larger; a mount cannot be either (500 KiB, buildkit.md fact 6). */
const maxCredentialBytes = 512 * 1024;

/** A credential file that the context would send, as it lies there and as it was understood. */
export interface FoundCredential extends ContextFile {
  content: CredentialFileContent;
}

/** Reads the files whose names say that they hold credentials. What cannot be read is left to docker's own error. */
export async function readCredentials(dir: string, paths: readonly string[]): Promise<FoundCredential[]> {
  const found: FoundCredential[] = [];
  for (const path of paths) {
    // Whose private key is that? Test keys of dependencies come by the hundred and are public.
    if (/(^|\/)node_modules\//.test(path) || credentialFile(path) === undefined) continue;
    const bytes = await readBounded(join(dir, path));
    const content = bytes && readCredentialFile(path, bytes);
    if (bytes && content) found.push({ path, bytes, content });
  }
  return found;
}

async function readBounded(path: string): Promise<Buffer | undefined> {
  try {
    const handle = await open(path, 'r');
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > maxCredentialBytes) return undefined;
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
