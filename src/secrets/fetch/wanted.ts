import type { Finding } from '../../finding.ts';
import type { SecretRequest } from '../load.ts';
import type { Candidate } from '../sources/candidate.ts';
import { type DeclaredSource, declaredSources } from './declared.ts';
import { type Gathered, gather } from './gather.ts';
import { asVariableName, linesUsing } from './needs.ts';
import { troubleError } from './trouble.ts';

/** The user's own configuration is for all projects: of its names, those count that this one speaks of. */
function concerns(
  { name, by }: DeclaredSource,
  { config, dockerfile }: SecretRequest,
  read: readonly string[],
): boolean {
  if (by !== 'user' || config.secrets.has(name) || read.includes(name)) return true;
  const templates = [...config.secrets.values()].flatMap(({ template }) => template ?? []);
  const words = [dockerfile?.source ?? '', ...templates].join('\n').match(/[\w.-]+/g) ?? [];
  return words.some((word) => word === name || asVariableName(word) === name || word.split(/[.-]/).includes(name));
}

/**
 * The source of every name that has one, by name.
 *
 * `inFiles` are those that env files name, `read` the names that credential files of the context refer to.
 */
export function sourcesOf(
  request: SecretRequest,
  inFiles: readonly DeclaredSource[],
  read: readonly string[],
): Map<string, DeclaredSource> {
  const own = declaredSources(request.config, request.secretFrom ?? [], request.cwd);
  return strongest([...inFiles, ...own.values()].filter((source) => concerns(source, request, read)));
}

function strongest(sources: readonly DeclaredSource[]): Map<string, DeclaredSource> {
  const best = new Map<string, DeclaredSource>();
  for (const source of sources) {
    const known = best.get(source.name);
    if (known === undefined || source.rank <= known.rank) best.set(source.name, source);
  }
  return best;
}

/**
 * What the build needs, fetched; nothing without `request.fetching`.
 *
 * Throws for what could not be had, unless it is to be told.
 */
export async function fetched(
  request: SecretRequest,
  declared: ReadonlyMap<string, DeclaredSource>,
  offered: readonly Candidate[],
  read: readonly string[],
): Promise<Gathered> {
  const { config, cwd, fetching, fetch = 'needed' } = request;
  if (fetching === undefined) {
    return { candidates: [], facts: new Map(), troubles: [], unfetched: [...declared.values()] };
  }
  const needs = needsOf(request, declared, read);
  const contextDir = request.contextDir ?? cwd;
  const gathered = await gather({ declared, offered, needs, config, contextDir, fetching });
  const [first, ...others] = gathered.troubles;
  if (first !== undefined && fetch !== 'told')
    throw troubleError([first, ...others], request.dockerfilePath ?? 'Dockerfile');
  return gathered;
}

/** The lines that need each name. Where no Dockerfile can be read, what the user asked for by flag is handed to it. */
function needsOf(
  { dockerfile, target, fetch }: SecretRequest,
  declared: ReadonlyMap<string, DeclaredSource>,
  read: readonly string[],
): Map<string, readonly number[]> {
  const lines = dockerfile ? linesUsing(declared.keys(), dockerfile, target) : new Map<string, number[]>();
  const others = [...declared.values()].filter(
    ({ name, by }) =>
      fetch === 'all' || fetch === 'told' || read.includes(name) || (dockerfile === undefined && by === 'flag'),
  );
  return new Map([...others.map(({ name }): [string, readonly number[]] => [name, []]), ...lines]);
}

/** Says what was not fetched: "clean" does not speak of it. */
export function notFetched(sources: readonly DeclaredSource[]): Finding[] {
  const [first] = sources;
  if (first === undefined) return [];
  const names = sources.map(({ name }) => name).join(', ');
  return [
    {
      rule: 'secret-not-fetched',
      level: 'note',
      message: `not fetched, as nothing that is built uses it, and so not searched for: ${names}`,
      location: { kind: 'configuration', ...first.at },
    },
  ];
}
