import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from './io.ts';

/**
 * Lets a person change a text in the editor that VISUAL or EDITOR names, as git does: the words are a shell's.
 *
 * The file lies in a folder of its own (0700, file 0600) and is gone afterwards: it is part of the user's Dockerfile, which
 * may hold values. Undefined without an editor, and when it ends with an error.
 */
export async function openEditor(text: string, name: string, io: Io): Promise<string | undefined> {
  const editor = io.env.VISUAL || io.env.EDITOR;
  if (!editor) return undefined;
  const folder = await makeFolder(io.env.XDG_RUNTIME_DIR || tmpdir()).catch(() => makeFolder(tmpdir()));
  try {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
    return (await run(editor, path, io)) === 0 ? await readFile(path, 'utf8') : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function makeFolder(parent: string): Promise<string> {
  return mkdtemp(join(parent, 'safebuild-edit-'));
}

function run(editor: string, path: string, { cwd, env }: Io): Promise<number | null> {
  const child =
    process.platform === 'win32'
      ? spawn(`${editor} "${path}"`, { cwd, env, stdio: 'inherit', shell: true })
      : spawn('sh', ['-c', `${editor} "$@"`, editor, path], { cwd, env, stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
}
