import { resolve } from 'node:path';
import type { SecretMount } from '../../finding.ts';
import type { Draft } from '../inspect.ts';
import type { Migration } from '../migration.ts';
import type { Project } from '../project.ts';

/** Which program builds in the pipeline after the edit. */
export type Builder = 'docker' | 'safebuild';

/** What a pipeline must do for the migrated Dockerfile. All paths are absolute. */
export interface Needs {
  /** The folder that a pipeline works in: the repository's root. */
  root: string;
  context: string;
  dockerfile: string;
  /** The mounts of named secrets, each id once. */
  mounts: readonly SecretMount[];
  /** Build arguments that hold secrets and must no longer be passed. */
  buildArgs: ReadonlySet<string>;
  /** A step asks the ssh agent: each build needs `--ssh default`. */
  agent: boolean;
}

/** Whether a step of the draft is given the ssh agent of whoever builds. */
export function asksAgent({ dockerfile }: Pick<Draft, 'dockerfile'>): boolean {
  return /--mount=type=ssh\b/.test(dockerfile);
}

/** What the pipelines of a migrated project need. */
export function needsOf(
  { dir, dockerfile }: Project,
  { mounts, dropBuildArgs, draft }: Migration,
  root: string,
): Needs {
  const named = [...new Map(mounts.map((mount) => [mount.id, mount])).values()].filter(({ secret }) =>
    /^[A-Za-z_]\w*$/.test(secret),
  );
  const buildArgs = new Set([...named.map(({ secret }) => secret), ...dropBuildArgs]);
  return { root, context: dir, dockerfile: dockerfile.path, mounts: named, buildArgs, agent: asksAgent(draft) };
}

/** Whether a build with this context and `--file`, begun in `folder`, is the one of the migrated Dockerfile. */
export function isOurs(needs: Needs, folder: string, context: string, file: string | undefined): boolean {
  // Expanded by nobody here.
  if (/[$`{}*?]/.test(`${folder}${context}${file ?? ''}`)) return false;
  const dir = resolve(needs.root, folder, context);
  const path = file === undefined ? resolve(dir, 'Dockerfile') : resolve(needs.root, folder, file);
  return dir === needs.context && path === needs.dockerfile;
}

/** The name that a line `NAME=value` gives a value to. */
export function nameOf(line: string): string {
  return /^\s*"?([A-Za-z_]\w*)(?==|\s*$)/.exec(line)?.[1] ?? '';
}
