import { dirname } from 'node:path';
import type { Config, NameRule } from '../../config/index.ts';
import type { SafebuildError } from '../../errors.ts';
import { precedence } from '../sources/candidate.ts';

/** A `--secret-from` of the command line. */
export interface SecretFrom {
  id: string;
  reference: string;
}

/** Where the value of one name is kept, and who says so. */
export interface DeclaredSource {
  name: string;
  /** Either this, or a template. */
  from?: string;
  template?: string;
  /** Or what is known already to keep it from being had. */
  failure?: SafebuildError;
  /** Whose word it is: only the user's own on this command line needs no trust. */
  by: 'flag' | 'user' | 'project';
  /** As of a candidate. */
  rank: number;
  /** Absolute; relative paths of the reference start there. */
  folder: string;
  allowEmpty: boolean;
  /** For messages; a flag has line 1. */
  at: { path: string; line: number };
}

/**
 * The source of every name that has one: the flag's, else the user's own, else the project's.
 *
 * The user's own configuration says where a name is kept for all projects, so an env file of the project is stronger.
 */
export function declaredSources(
  { path, secrets, user }: Config,
  flags: readonly SecretFrom[],
  cwd: string,
): Map<string, DeclaredSource> {
  const declared = new Map<string, DeclaredSource>();
  for (const [name, rule] of secrets) {
    if (!hasSource(rule)) continue;
    declared.set(name, { ...toSource(name, rule), by: 'project', rank: precedence.from, folder: dirname(path ?? cwd) });
  }
  for (const [name, rule] of user?.secrets ?? []) {
    if (!hasSource(rule)) continue;
    const rank = declared.has(name) ? precedence.from : precedence.userFrom;
    declared.set(name, { ...toSource(name, rule), by: 'user', rank, folder: dirname(user?.path ?? cwd) });
  }
  for (const { id, reference } of flags) {
    declared.set(id, {
      name: id,
      from: reference,
      by: 'flag',
      rank: precedence.secretFrom,
      folder: cwd,
      allowEmpty: secrets.get(id)?.allowEmpty ?? false,
      at: { path: '--secret-from', line: 1 },
    });
  }
  return declared;
}

function hasSource({ from, template }: NameRule): boolean {
  return from !== undefined || template !== undefined;
}

function toSource(
  name: string,
  { from, template, allowEmpty = false, at }: NameRule,
): Pick<DeclaredSource, 'name' | 'from' | 'template' | 'allowEmpty' | 'at'> {
  return {
    name,
    ...(from === undefined ? {} : { from }),
    ...(template === undefined ? {} : { template }),
    allowEmpty,
    at: at ?? { path: 'safebuild.yaml', line: 1 },
  };
}

/** Where a source is declared, in words: `safebuild.yaml line 4`, `--secret-from`. */
export function declaredAt({ by, at }: Pick<DeclaredSource, 'by' | 'at'>): string {
  return by === 'flag' ? at.path : `${at.path} line ${at.line}`;
}
