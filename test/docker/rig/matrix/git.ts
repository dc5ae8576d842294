import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { Bed } from './case.ts';
import { fake } from './values.ts';

/** Repositories of git with the value in an older commit only. */
export function gitBed(): Bed {
  const bed = new Bed('git', 'git');
  loose(bed);
  packed(bed);
  bundle(bed);
  return bed;
}

function loose(bed: Bed): void {
  withRepository((repository) => {
    const value = fake();
    repository.commit('settings.ini', `token = ${value}\n`);
    const blob = repository.git('rev-parse', 'HEAD:settings.ini').trim();
    repository.commit('settings.ini', 'token = from the environment\n');
    const folder = join(repository.folder, '.git/objects');
    const path = `${blob.slice(0, 2)}/${blob.slice(2)}`;
    bed.file('a loose object of an older commit', {
      value,
      file: `loose/.git/objects/${path}`,
      content: () => readFileSync(join(folder, path)),
      decode: inflateSync,
      form: 'zlib',
    });
  });
}

function packed(bed: Bed): void {
  withRepository((repository) => {
    const value = fake();
    const lines = Array.from({ length: 400 }, (_, index) => `setting ${index} = ${index * 7919}`);
    repository.commit('settings.ini', lines.join('\n'));
    repository.commit('settings.ini', lines.with(200, `token = ${value}`).join('\n'));
    const blob = repository.git('rev-parse', 'HEAD:settings.ini').trim();
    repository.commit('settings.ini', `${lines.join('\n')}\n${'and one more\n'.repeat(9)}`);
    repository.git('repack', '-adf', '--depth=50', '--window=50');
    const folder = join(repository.folder, '.git/objects/pack');
    const pack = readdirSync(folder).find((name) => name.endsWith('.pack')) ?? '';
    const delta = repository
      .git('verify-pack', '-v', join(folder, pack))
      .split('\n')
      .find((line) => line.startsWith(blob));
    // name, type, size, size in the pack, offset, and for a delta its depth and base
    if (delta?.trim().split(/\s+/).length !== 7) throw new Error('git made no delta of it');
    bed.file('a delta in a pack', {
      value,
      file: 'packed/.git/objects/pack/pack-1.pack',
      content: () => readFileSync(join(folder, pack)),
      decode: () => repository.git('cat-file', '-p', blob),
      form: /^git pack object at \d+$/,
    });
  });
}

function bundle(bed: Bed): void {
  withRepository((repository) => {
    const value = fake();
    repository.commit('settings.ini', `token = ${value}\n`);
    const blob = repository.git('rev-parse', 'HEAD:settings.ini').trim();
    repository.commit('settings.ini', 'token = from the environment\n');
    repository.git('bundle', 'create', 'all.bundle', '--all');
    bed.file('a bundle', {
      value,
      file: 'all.bundle',
      content: () => readFileSync(join(repository.folder, 'all.bundle')),
      decode: () => repository.git('cat-file', '-p', blob),
      form: /^git bundle pack › git pack object at \d+$/,
    });
  });
}

interface Repository {
  folder: string;
  git(...args: string[]): string;
  commit(path: string, content: string): void;
}

function withRepository(action: (repository: Repository) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'safebuild-test-git-'));
  const identity = ['user.name=ci', 'user.email=ci@example.com', 'gc.auto=0', 'init.defaultBranch=main'];
  const git = (...args: string[]): string =>
    execFileSync('git', [...identity.flatMap((each) => ['-c', each]), ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    mkdirSync(folder, { recursive: true });
    git('init', '-q');
    action({
      folder,
      git,
      commit: (path, content) => {
        writeFileSync(join(folder, path), content);
        git('add', path);
        git('commit', '-qm', 'a change');
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
