import type { Config } from '../../config/index.ts';
import { SafebuildError } from '../../errors.ts';
import type { Fetched } from '../providers/provider.ts';
import { providerFor } from '../providers/providers.ts';
import { Secret } from '../secret.ts';
import { type Candidate, precedence } from '../sources/candidate.ts';
import type { DeclaredSource } from './declared.ts';
import type { Fetching } from './fetching.ts';
import { filledTemplate, namesInTemplate } from './template.ts';
import { shownReference, type Trouble } from './trouble.ts';

/** What is known of a fetched value beside the value. */
export interface FetchedFact {
  /** Its reference, as it may be shown. */
  from: string;
  /** The user asked for it with `--secret-from`. */
  byFlag: boolean;
  version?: string;
  changed?: Date;
}

export interface GatherRequest {
  declared: ReadonlyMap<string, DeclaredSource>;
  /** What other sources offer. */
  offered: readonly Candidate[];
  /** Lines of the Dockerfile by the names that the build needs; a name that is not in it is not fetched. */
  needs: ReadonlyMap<string, readonly number[]>;
  config: Config;
  contextDir: string;
  fetching: Fetching;
}

export interface Gathered {
  candidates: Candidate[];
  facts: Map<string, FetchedFact>;
  troubles: Trouble[];
  /** Names that have a source and were not fetched, as nothing that is built needs them. */
  unfetched: DeclaredSource[];
}

/**
 * Fetches what the build needs, and fills the templates with it.
 *
 * A name that a stronger source gives a value is not fetched. Templates see what is fetched and what the project and the
 * command line offer, but no variable of the environment that nobody named with `env:`.
 */
export async function gather(request: GatherRequest): Promise<Gathered> {
  const { declared, offered, config, contextDir, fetching } = request;
  const needs = withParts(request);
  const wanted = [...declared.values()].filter((source) => needs.has(source.name) && !isOverruled(source, offered));
  const references = wanted.filter(({ from }) => from !== undefined);
  const answers =
    references.length === 0
      ? new Map<string, Fetched | SafebuildError>()
      : await fetching.fetch(references, config, contextDir);
  const gathered: Gathered = {
    candidates: [],
    facts: new Map(),
    troubles: [],
    unfetched: [...declared.values()].filter((source) => !needs.has(source.name) && !isOverruled(source, offered)),
  };
  for (const source of wanted) {
    if (source.failure === undefined) continue;
    gathered.troubles.push({ source, error: source.failure, lines: needs.get(source.name) ?? [] });
  }
  for (const source of references) {
    const answer = answers.get(source.name);
    if (answer === undefined) continue;
    if (answer instanceof SafebuildError) {
      gathered.troubles.push({ source, error: answer, lines: needs.get(source.name) ?? [] });
      continue;
    }
    const { value, version, changed } = answer;
    const from = shownReference(source);
    gathered.candidates.push(certain(source, value, `fetched from ${providerFor(source.from ?? '').title}`));
    gathered.facts.set(source.name, {
      from,
      byFlag: source.by === 'flag',
      ...(version === undefined ? {} : { version }),
      ...(changed === undefined ? {} : { changed }),
    });
  }
  fillTemplates(wanted, offered, needs, gathered, config);
  return gathered;
}

/** A template needs what it is made of. */
function withParts({ needs, declared }: GatherRequest): Map<string, readonly number[]> {
  const all = new Map(needs);
  const open = [...needs.keys()];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const template = declared.get(name)?.template;
    if (template === undefined) continue;
    for (const part of namesInTemplate(name, template)) {
      if (all.has(part)) continue;
      all.set(part, all.get(name) ?? []);
      open.push(part);
    }
  }
  return all;
}

function isOverruled({ name, rank }: DeclaredSource, offered: readonly Candidate[]): boolean {
  return offered.some(({ secret, rank: other }) => secret.name === name && other < rank && secret.reveal().length > 0);
}

function fillTemplates(
  wanted: readonly DeclaredSource[],
  offered: readonly Candidate[],
  needs: ReadonlyMap<string, readonly number[]>,
  gathered: Gathered,
  config: Config,
): void {
  const templates = new Map(
    wanted.filter(({ template }) => template !== undefined).map((source) => [source.name, source]),
  );
  const failed = new Set(gathered.troubles.map(({ source }) => source.name));
  const known = effective([...offered, ...gathered.candidates]);
  const filled = new Map<string, Buffer>();
  const fill = ({ name, template = '' }: DeclaredSource, above: readonly string[]): Buffer => {
    // once each: templates that double one another would fill the memory
    const done = filled.get(name);
    if (done !== undefined) return done;
    const value = filledTemplate(template, (part) => {
      if (above.includes(part) || part === name) throw missing(`its template leads back to itself by ${part}`);
      const inner = templates.get(part);
      if (inner !== undefined) return fill(inner, [...above, name]);
      if (failed.has(part)) throw new SafebuildError('SECRET_MISSING', `its template needs ${part}`);
      const candidate = known.get(part);
      if (candidate === undefined) throw missing(`its template needs ${part}, which has no value`);
      return partOf(candidate, config.secrets.get(part)?.allowEmpty ?? false);
    });
    filled.set(name, value);
    return value;
  };
  for (const source of templates.values()) {
    const value = attempt(() => fill(source, []));
    if (value instanceof SafebuildError) {
      gathered.troubles.push({ source, error: value, lines: needs.get(source.name) ?? [] });
    } else gathered.candidates.push(certain(source, value, 'a template that holds secrets'));
  }
}

function attempt(work: () => Buffer): Buffer | SafebuildError {
  try {
    return work();
  } catch (error) {
    if (error instanceof SafebuildError) return error;
    throw error;
  }
}

/** An empty part would make a file that looks whole, with a login that is none. */
function partOf({ secret, allowEmpty = false }: Candidate, meant: boolean): Buffer {
  const value = secret.reveal();
  if (value.length > 0 || allowEmpty || meant) return value;
  throw new SafebuildError(
    'SECRET_EMPTY',
    `its template needs ${secret.name}, which is empty in ${secret.origin.where}`,
    {
      hint: `Give ${secret.name} a value, or write allow-empty: true for it in safebuild.yaml.`,
    },
  );
}

function missing(message: string): SafebuildError {
  return new SafebuildError('SECRET_MISSING', message, {
    hint: 'Give it a source under secrets: in safebuild.yaml, or a value in .env.',
  });
}

/** The value that each name has, if the environment has no say. */
function effective(candidates: readonly Candidate[]): Map<string, Candidate> {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = best.get(candidate.secret.name);
    if (candidate.rank === precedence.environment || (known !== undefined && candidate.rank > known.rank)) continue;
    best.set(candidate.secret.name, candidate);
  }
  return best;
}

function certain(source: DeclaredSource, value: Uint8Array, reason: string): Candidate {
  const { name, rank, allowEmpty } = source;
  const origin = { source: 'fetched', where: shownReference(source) } as const;
  return { rank, certain: true, allowEmpty, secret: new Secret({ name, value, origin, reason }) };
}
