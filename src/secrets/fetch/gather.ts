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
  fillTemplates(wanted, offered, needs, gathered);
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
): void {
  const templates = new Map(
    wanted.filter(({ template }) => template !== undefined).map((source) => [source.name, source]),
  );
  const failed = new Set(gathered.troubles.map(({ source }) => source.name));
  const known = effective([...offered, ...gathered.candidates]);
  const fill = (source: DeclaredSource, above: readonly string[]): Buffer => {
    const { name, template = '' } = source;
    return filledTemplate(template, (part) => {
      if (above.includes(part) || part === name) throw missing(`its template leads back to itself by ${part}`);
      const inner = templates.get(part);
      if (inner !== undefined) return fill(inner, [...above, name]);
      const value = known.get(part);
      // What could not be fetched is told for itself.
      if (value === undefined && !failed.has(part)) throw missing(`its template needs ${part}, which has no value`);
      return value ?? Buffer.alloc(0);
    });
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

function missing(message: string): SafebuildError {
  return new SafebuildError('SECRET_MISSING', message, {
    hint: 'Give it a source under secrets: in safebuild.yaml, or a value in .env.',
  });
}

/** The value that each name has, if the environment has no say. */
function effective(candidates: readonly Candidate[]): Map<string, Buffer> {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = best.get(candidate.secret.name);
    if (candidate.rank === precedence.environment || (known !== undefined && candidate.rank > known.rank)) continue;
    best.set(candidate.secret.name, candidate);
  }
  return new Map([...best].map(([name, { secret }]) => [name, secret.reveal()]));
}

function certain(source: DeclaredSource, value: Uint8Array, reason: string): Candidate {
  const { name, rank, allowEmpty } = source;
  const origin = { source: 'fetched', where: shownReference(source) } as const;
  return { rank, certain: true, allowEmpty, secret: new Secret({ name, value, origin, reason }) };
}
