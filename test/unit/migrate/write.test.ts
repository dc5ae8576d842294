import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { FileChange } from '../../../src/migrate/index.ts';
import { undo } from '../../../src/migrate/index.ts';
import { realTarget, replaceFiles } from '../../../src/migrate/replace-files.ts';
import { writeChanges } from '../../../src/migrate/write.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { token } from './project.ts';

const before = `FROM a\nENV API_KEY=${token}\n`;
const after = 'FROM a\n';
const now = new Date('2026-01-02T03:04:05Z');

interface Place {
  dir: string;
  dockerfile: string;
  env: Record<string, string>;
  changes: FileChange[];
}

/** A project of one Dockerfile, with a state folder beside it. */
async function inPlace(action: (place: Place) => Promise<void>): Promise<void> {
  await withTempDir(async (folder) => {
    const dir = join(folder, 'app');
    await mkdir(dir);
    const dockerfile = join(dir, 'Dockerfile');
    await writeFile(dockerfile, before);
    await chmod(dockerfile, 0o664);
    const changes = [
      { absolute: dockerfile, path: 'Dockerfile', before, after },
      { absolute: join(dir, '.dockerignore'), path: '.dockerignore', after: '.env\n' },
    ];
    await action({ dir, dockerfile, env: { XDG_STATE_HOME: join(folder, 'state') }, changes });
  });
}

test('files are written with their modes, and nothing else is left behind', () =>
  inPlace(async ({ dir, dockerfile, env, changes }) => {
    await writeChanges(dockerfile, changes, env, now);
    expect(await readFile(dockerfile, 'utf8')).toBe(after);
    expect((await stat(dockerfile)).mode & 0o777).toBe(0o664);
    expect((await readdir(dir)).sort()).toEqual(['.dockerignore', 'Dockerfile']);
  }));

test('originals are the user’s alone, and undo puts them back and forgets them', () =>
  inPlace(async ({ dir, dockerfile, env, changes }) => {
    const originals = await writeChanges(dockerfile, changes, env, now);
    expect((await stat(originals)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(originals)) expect((await stat(join(originals, name))).mode & 0o777).toBe(0o600);

    expect(await undo(dockerfile, env)).toEqual(changes.map(({ absolute }) => absolute));
    expect(await readdir(dir)).toEqual(['Dockerfile']);
    expect(await readFile(dockerfile, 'utf8')).toBe(before);
    expect((await stat(dockerfile)).mode & 0o777).toBe(0o664);
    await expect(readdir(originals)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(undo(dockerfile, env)).rejects.toMatchObject({ code: 'USAGE' });
  }));

test('the last of two migrations is undone first', () =>
  inPlace(async ({ dockerfile, env, changes }) => {
    await writeChanges(dockerfile, changes, env, now);
    const second = { absolute: dockerfile, path: 'Dockerfile', before: after, after: 'FROM b\n' };
    await writeChanges(dockerfile, [second], env, new Date(now.getTime() + 1));
    await undo(dockerfile, env);
    expect(await readFile(dockerfile, 'utf8')).toBe(after);
    await undo(dockerfile, env);
    expect(await readFile(dockerfile, 'utf8')).toBe(before);
  }));

test('work that came after the migration is not undone', () =>
  inPlace(async ({ dockerfile, env, changes, dir }) => {
    await writeChanges(dockerfile, changes, env, now);
    await writeFile(join(dir, '.dockerignore'), '.env\ndist\n');
    await expect(undo(dockerfile, env)).rejects.toMatchObject({ code: 'USAGE' });
    expect(await readFile(dockerfile, 'utf8')).toBe(after);
  }));

test('a file that changed since it was read stops everything', () =>
  inPlace(async ({ dockerfile, env, changes, dir }) => {
    await writeFile(join(dir, '.dockerignore'), 'dist\n');
    await expect(writeChanges(dockerfile, changes, env, now)).rejects.toMatchObject({ code: 'USAGE' });
    expect(await readFile(dockerfile, 'utf8')).toBe(before);
  }));

test('a file that is no UTF-8 is not written with losses', () =>
  inPlace(async ({ dockerfile, env, changes }) => {
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0x23, 0xff, 0x0a])]);
    await writeFile(dockerfile, bytes);
    const [first] = changes;
    const change = { ...first!, before: bytes.toString('utf8') };
    await expect(writeChanges(dockerfile, [change], env, now)).rejects.toThrow(/no UTF-8/);
    expect(await readFile(dockerfile)).toEqual(bytes);
  }));

test('a link within the project is written through; one that leads out of it is not', () =>
  inPlace(async ({ dir, dockerfile, env }) => {
    await writeFile(join(dir, 'inside'), before);
    const outside = join(dir, '..', 'other', 'Dockerfile');
    await mkdir(join(dir, '..', 'other'));
    await writeFile(outside, before);
    await rm(dockerfile);
    await symlink('inside', dockerfile);
    const change = { absolute: dockerfile, path: 'Dockerfile', before, after };
    await writeChanges(dockerfile, [change], env, now);
    expect(await readFile(join(dir, 'inside'), 'utf8')).toBe(after);
    await undo(await realTarget(dockerfile), env);
    expect(await readFile(dockerfile, 'utf8')).toBe(before);

    await rm(dockerfile);
    await symlink('../other/Dockerfile', dockerfile);
    await expect(writeChanges(dockerfile, [change], env, now)).rejects.toThrow(/leads out of the project/);
    expect(await readFile(outside, 'utf8')).toBe(before);
  }));

test('originals are never kept inside the project, also by a link', () =>
  inPlace(async ({ dir, dockerfile, changes }) => {
    await symlink(dir, join(dir, '..', 'link'));
    for (const state of [join(dir, 'state'), join(dir, '..', 'link')]) {
      const written = writeChanges(dockerfile, changes, { XDG_STATE_HOME: state }, now);
      await expect(written).rejects.toMatchObject({ code: 'USAGE' });
    }
    expect(await readdir(dir)).toEqual(['Dockerfile']);
    expect(await readFile(dockerfile, 'utf8')).toBe(before);
  }));

test('where one file cannot be replaced, those before it are put back', () =>
  inPlace(async ({ dir, dockerfile }) => {
    const replacements = [
      { path: dockerfile, content: Buffer.from(after) },
      { path: join(dir, 'new'), content: Buffer.from('new') },
      { path: join(dir, 'not-there') },
    ];
    await expect(replaceFiles(replacements)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(dockerfile, 'utf8')).toBe(before);
    expect(await readdir(dir)).toEqual(['Dockerfile']);
  }));

/** A migration whose process was killed when it had replaced the first `done` files. */
async function killedMidway({ dockerfile, env, changes }: Place, done: number): Promise<string> {
  const originals = await writeChanges(dockerfile, changes, env, now);
  for (const { absolute, before: text } of changes.slice(done)) {
    if (text === undefined) await rm(absolute);
    else await writeFile(absolute, text);
  }
  return originals;
}

test('of a migration that was killed midway, what it had written is undone', () =>
  inPlace(async (place) => {
    await killedMidway(place, 1);
    expect(await undo(place.dockerfile, place.env)).toEqual([place.dockerfile]);
    expect(await readFile(place.dockerfile, 'utf8')).toBe(before);
  }));

test('a migration that was killed before it wrote anything does not hide the one before it', () =>
  inPlace(async (place) => {
    const { dockerfile, env } = place;
    await writeChanges(dockerfile, place.changes, env, now);
    const second = { absolute: dockerfile, path: 'Dockerfile', before: after, after: 'FROM b\n' };
    const later = new Date(now.getTime() + 1);
    const without = await writeChanges(dockerfile, [second], env, later);
    await rm(join(without, 'migration.json'));
    await writeFile(dockerfile, after);
    expect((await undo(dockerfile, env)).length).toBe(2);
    expect(await readFile(dockerfile, 'utf8')).toBe(before);
  }));

test('drafts that a killed process left are removed, and nothing of anybody else', () =>
  inPlace(async ({ dir, dockerfile, env, changes }) => {
    const others = ['.Dockerfile.safebuild-notes', '.Dockerfile.0123456789ab', '.other.safebuild-0123456789ab'];
    for (const name of ['.Dockerfile.safebuild-0123456789ab', '..dockerignore.safebuild-0123456789ab', ...others])
      await writeFile(join(dir, name), 'x');
    await writeChanges(dockerfile, changes, env, now);
    expect((await readdir(dir)).sort()).toEqual(['.dockerignore', 'Dockerfile', ...others].sort());
  }));
