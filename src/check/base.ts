import { dirname } from 'node:path';
import { basename } from 'node:path/posix';
import { execa } from 'execa';
import { SafebuildError } from '../errors.ts';
import { gitEnvironment } from './git-environment.ts';

/** An earlier commit, to compare with. */
export interface Base {
  /** The file's text in it; undefined where it has none. */
  text(path: string): Promise<string | undefined>;
  /** Tells files below `dir` that git tracks now and that the commit did not have. Paths are relative to `dir`, with `/`. */
  added(dir: string): Promise<(path: string) => boolean>;
}

const maxBytes = 64 * 1024 * 1024;

/**
 * Opens the commit that `ref` names in the repository around `cwd`.
 *
 * Only plumbing is run, which starts no filter, pager or diff driver of the repository. Throws USAGE without git, outside
 * of a repository, or for a commit that git does not know.
 */
export async function openBase(ref: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Base> {
  const git = gitIn(env);
  const top = await git(cwd, ['rev-parse', '--show-toplevel']);
  if (top === undefined) {
    throw new SafebuildError('USAGE', '--diff-base needs a git repository that git can read here.', {
      hint: 'Run `git status` here to see what git says.',
    });
  }
  const sha = (await git(cwd, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]))?.trim();
  if (sha === undefined || !/^[0-9a-f]{40,64}$/.test(sha)) {
    throw new SafebuildError('USAGE', '--diff-base names a commit that git does not know here.', {
      hint: 'Fetch it first: the checkout of a CI job often has one commit only.',
    });
  }
  return {
    text: (path) => git(dirname(path), ['cat-file', 'blob', `${sha}:./${basename(path)}`]),
    async added(dir) {
      const [now, then] = await Promise.all([
        git(dir, ['ls-files', '-z', '--', '.']),
        git(dir, ['ls-tree', '-r', '-z', '--name-only', sha, '--', '.']),
      ]);
      const old = new Set(listed(then));
      const added = new Set(listed(now).filter((path) => !old.has(path)));
      return (path) => added.has(path);
    },
  };
}

function listed(output: string | undefined): string[] {
  return (output ?? '').split('\0').filter((path) => path !== '');
}

/** What git prints, as it is; undefined where it fails. */
function gitIn(env: Readonly<Record<string, string>>): (dir: string, args: string[]) => Promise<string | undefined> {
  return async (dir, args) => {
    const ended = await execa('git', ['-C', dir, ...args], {
      env: { ...gitEnvironment(env), GIT_OPTIONAL_LOCKS: '0' },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      stripFinalNewline: false,
      maxBuffer: maxBytes,
    });
    if (ended.code === 'ENOENT' && ended.exitCode === undefined) {
      throw new SafebuildError('USAGE', '--diff-base needs git, which was not found on PATH.');
    }
    return ended.failed ? undefined : ended.stdout;
  };
}
