import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openEditor } from '../../../src/cli/editor.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { keptIo } from './io.ts';

test('what an editor gets is the user’s alone, and gone afterwards', () =>
  withTempDir(async (dir) => {
    const editor = join(dir, 'editor');
    await writeFile(editor, '#!/bin/sh\nls -ld "$1" "$(dirname "$1")" > "$OUT"\necho changed > "$1"\n');
    await chmod(editor, 0o755);
    const out = join(dir, 'out');
    const env = { PATH: '/usr/bin:/bin', EDITOR: editor, OUT: out, XDG_RUNTIME_DIR: dir };
    const { io } = keptIo([], env);
    expect(await openEditor('FROM x\n', 'Dockerfile', { ...io, cwd: dir })).toBe('changed\n');
    const [folder, file] = (await readFile(out, 'utf8')).split('\n');
    expect(file).toMatch(/^-rw-------/);
    expect(folder).toMatch(/^drwx------/);
    expect((await readdir(dir)).sort()).toEqual(['editor', 'out']);
  }));
