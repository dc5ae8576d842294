import { execa } from 'execa';
import type { CheckOptions, CheckResult } from '../../../src/check/index.ts';
import { check } from '../../../src/check/index.ts';
import type { Finding } from '../../../src/finding.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { hostIn, writeProject } from '../build/project.ts';
import { requestOf } from '../buildx/command-line.ts';

/** Of every test value: no output may hold it. */
export const value = 'not-a-secret-7f3a91c2d4e8';

export interface Asked extends Partial<CheckOptions> {
  argv?: string[];
  env?: Record<string, string>;
}

/** What `safebuild check` says of a project. */
export async function checked(cwd: string, { argv = [], env = {}, ...options }: Asked = {}): Promise<CheckResult> {
  const all = { paths: [], dockerfiles: [], envFiles: [], diff: false, ...options };
  return check(requestOf(...argv), all, hostIn(cwd, env));
}

/** The same of a project that is written for it. */
export function checkedFiles(files: Readonly<Record<string, string>>, asked: Asked = {}): Promise<CheckResult> {
  return withTempDir(async (cwd) => {
    await writeProject(cwd, files);
    return checked(cwd, asked);
  });
}

/** `Dockerfile:3 arg-secret`, with ` warning` or ` person` behind it; without notes, which are advice. */
export function short({ findings }: Pick<CheckResult, 'findings'>): string[] {
  return findings
    .filter(({ level }) => level !== 'note')
    .map((finding) => {
      const { rule, level, needsPerson } = finding;
      return [
        `${placed(finding)} ${rule}`,
        ...(level === 'error' ? [] : [level]),
        ...(needsPerson ? ['person'] : []),
      ].join(' ');
    });
}

function placed({ location }: Finding): string {
  if (location.kind === 'flag') return location.flag;
  if (location.kind === 'image') throw new Error('a check knows no image');
  return `${location.path}:${location.line}`;
}

/** Runs git in a folder, with a name of its own and nothing of the machine's configuration. */
export async function git(cwd: string, ...args: string[]): Promise<void> {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main'];
  await execa('git', [...identity, ...args], {
    cwd,
    env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
}
