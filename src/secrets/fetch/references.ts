import { dirname } from 'node:path';
import { schemeOf } from '../../config/index.ts';
import type { Candidate } from '../sources/candidate.ts';
import type { DeclaredSource } from './declared.ts';

/** Spellings that no value has by chance, and that the tools of others already put into env files. */
const inEnvFiles = /^(?:op|ref\+[a-z]+):\/\//;

/**
 * Parts what env files offer into values and references, as `op run` and vals read them: `TOKEN=op://vault/item/field`.
 *
 * A reference is only followed where no stronger line gives its name a value; those that are shadowed are dropped, as they
 * hold nothing; so is what could not be decrypted. `folderOf` says where the file lies that a message calls by `where`.
 */
export function partReferences(
  candidates: readonly Candidate[],
  folderOf: (where: string) => string,
): { values: Candidate[]; references: DeclaredSource[] } {
  const effective = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = effective.get(candidate.secret.name);
    if (known === undefined || candidate.rank <= known.rank) effective.set(candidate.secret.name, candidate);
  }
  return {
    values: candidates.filter((candidate) => candidate.failure === undefined && referenceIn(candidate) === undefined),
    references: [...effective.values()].flatMap((candidate) => {
      const { failure, rank } = candidate;
      const from = referenceIn(candidate);
      const { name, origin } = candidate.secret;
      if (from === undefined && failure === undefined) return [];
      return {
        name,
        ...(from === undefined ? {} : { from }),
        ...(failure === undefined ? {} : { failure }),
        by: 'project',
        rank,
        folder: folderOf(origin.where),
        allowEmpty: false,
        at: { path: origin.where, line: origin.line ?? 1 },
      };
    }),
  };
}

function referenceIn({ secret }: Candidate): string | undefined {
  const text = secret.reveal().toString('utf8').trim();
  return inEnvFiles.test(text) && schemeOf(text) !== undefined && !/\s/.test(text) ? text : undefined;
}

/** The folder of an env file, by the paths that messages use. */
export function foldersOf(files: readonly { path: string; shown: string }[]): (where: string) => string {
  const folders = new Map(files.map(({ path, shown }) => [shown, dirname(path)]));
  return (where) => folders.get(where) ?? '.';
}
