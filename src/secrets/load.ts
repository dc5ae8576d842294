import { resolve } from 'node:path';
import type { Config, EnvFile } from '../config/index.ts';
import type { Dockerfile } from '../dockerfile/index.ts';
import type { Finding } from '../finding.ts';
import { type DeclaredSource, declaredSources, type SecretFrom } from './fetch/declared.ts';
import type { Fetching } from './fetch/fetching.ts';
import { type Gathered, gather } from './fetch/gather.ts';
import { asVariableName, linesUsing } from './fetch/needs.ts';
import { foldersOf, partReferences } from './fetch/references.ts';
import { troubleError } from './fetch/trouble.ts';
import { judge } from './judge.ts';
import type { Secret } from './secret.ts';
import type { SecretSet } from './set.ts';
import { readBuildArgs } from './sources/build-arg.ts';
import { type Candidate, precedence } from './sources/candidate.ts';
import { type CredentialFileContent, readCredentialFile } from './sources/context-file.ts';
import { namesInDockerfile, secretsInDockerfile } from './sources/dockerfile.ts';
import { readEnvFile } from './sources/dotenv.ts';
import { readEnvironment } from './sources/environment.ts';
import { readSecretFlag } from './sources/secret-flag.ts';

/** A file of the context that holds credentials, as the caller read it. */
export interface ContextFile {
  /** Relative to the context root, with `/`. */
  path: string;
  bytes: Uint8Array;
}

/** Everything that values may come from. */
export interface SecretRequest {
  cwd: string;
  /** The environment of the invocation. */
  env: Readonly<Record<string, string | undefined>>;
  config: Config;
  /** Paths after `--env-file`, as given; the last wins. */
  envFiles?: readonly string[];
  /** `--build-arg`, in order; without `value` the environment supplies it. */
  buildArgs?: readonly { name: string; value?: string }[];
  /** CSV after `--secret`, in order. */
  secretFlags?: readonly string[];
  dockerfile?: Dockerfile;
  /** Path of the Dockerfile as the user wrote it, for messages. */
  dockerfilePath?: string;
  /** Credential files that the context would send. */
  contextFiles?: readonly ContextFile[];
  /** `--secret-from`, in order. */
  secretFrom?: readonly SecretFrom[];
  /** The stage that is built; absent: the last one. */
  target?: string;
  /** Asks the sources that references name; absent: nothing is fetched. */
  fetching?: Fetching;
  /** `all`: whatever the Dockerfile needs. `told`: besides, what could not be had is no error. Default: what it needs. */
  fetch?: 'needed' | 'all' | 'told';
  /** Absolute root of the build context. Default: `cwd`. */
  contextDir?: string;
}

/**
 * Gathers every secret of one build.
 *
 * `precedence` says which source of a name is the strongest. Values that a stronger source shadows are kept for the search;
 * what is only referred to is fetched where the build needs it and no stronger source has it. Throws `USAGE`, `SOURCE_FAILED`,
 * `SECRET_MISSING`, `SECRET_EMPTY` (the last two only for `--secret` and for what is fetched; other empty values are in
 * `empty`).
 */
export async function loadSecrets(request: SecretRequest): Promise<SecretSet> {
  const { config, cwd, env, dockerfile } = request;
  const explicit = (request.envFiles ?? []).map(
    (path): EnvFile => ({ path: resolve(cwd, path), shown: path, required: true }),
  );
  const readings = await Promise.all([
    ...config.envFiles.map((file) => readEnvFile(file, precedence.envFile, env)),
    ...explicit.map((file) => readEnvFile(file, precedence.envFileFlag, env)),
  ]);
  const flags = await Promise.all((request.secretFlags ?? []).map((flag) => readSecretFlag(flag, env, cwd)));
  const contents = (request.contextFiles ?? []).flatMap(({ path, bytes }) => readCredentialFile(path, bytes) ?? []);
  const inFiles = partReferences(
    readings.flatMap((reading) => reading.candidates),
    foldersOf([...config.envFiles, ...explicit]),
  );
  const read = contents.flatMap((content) => content.references);
  const sources = [...inFiles.references, ...declaredSources(config, request.secretFrom ?? [], cwd).values()];
  const declared = strongest(sources.filter((source) => concerns(source, request, read)));
  const referenced = new Set([
    ...(dockerfile ? namesInDockerfile(dockerfile) : []),
    ...config.secrets.keys(),
    ...inFiles.values.map(({ secret }) => secret.name),
    ...contents.flatMap((content) => content.references),
  ]);
  const literals = dockerfile ? secretsInDockerfile(dockerfile, request.dockerfilePath) : [];
  const offered = [
    ...inFiles.values,
    ...readEnvironment(env, referenced),
    ...readBuildArgs(request.buildArgs ?? [], env),
    ...flags.map((flag) => flag.candidate),
    ...literals
      .filter(({ name }) => config.secrets.get(name)?.kind !== 'setting')
      .map(asCertain(precedence.dockerfile)),
    ...contents.flatMap(valuesIn).map(asCertain(precedence.contextFile)),
  ];
  const gathered = await fetched(request, declared, offered, read);
  const candidates = [...offered, ...gathered.candidates];
  return judge(candidates, {
    rules: config.secrets,
    notes: [
      ...readings.flatMap((reading) => reading.notes),
      ...withoutValue(config, declared, candidates),
      ...(request.fetching === undefined ? [] : notFetched(gathered.unfetched)),
    ],
    usedUp: flags.filter((flag) => flag.usedUp).map((flag) => flag.id),
    fetched: gathered.facts,
    unfetched: gathered.unfetched,
    troubles: gathered.troubles,
  });
}

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

function strongest(sources: readonly DeclaredSource[]): Map<string, DeclaredSource> {
  const best = new Map<string, DeclaredSource>();
  for (const source of sources) {
    const known = best.get(source.name);
    if (known === undefined || source.rank <= known.rank) best.set(source.name, source);
  }
  return best;
}

/** Throws for what the build needs and could not be had. */
async function fetched(
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

/** "Clean" does not speak of these. */
function notFetched(sources: readonly DeclaredSource[]): Finding[] {
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

/** A name that the configuration declares and nobody gives a value: a typing error, or a variable that CI forgot. */
function withoutValue(
  { secrets }: Config,
  declared: ReadonlyMap<string, DeclaredSource>,
  candidates: readonly Candidate[],
): Finding[] {
  const known = new Set([...declared.keys(), ...candidates.map(({ secret }) => secret.name)]);
  return [...secrets].flatMap(([name, { kind, needed, at }]): Finding[] => {
    if (kind === 'setting' || (kind === undefined && needed === undefined) || known.has(name)) return [];
    return [
      {
        rule: 'secret-without-value',
        level: 'warning',
        secret: name,
        message: `${name} is declared a secret and has no value here, so it is not searched for`,
        remedy: `Give ${name} a value in .env or the environment, or correct the name.`,
        location: { kind: 'configuration', path: at?.path ?? 'safebuild.yaml', line: at?.line ?? 1 },
      },
    ];
  });
}

/** A whole file is searched for only where it could not be taken apart: its other lines are no secrets. */
function valuesIn({ secrets }: CredentialFileContent): readonly Secret[] {
  const parts = secrets.filter((secret) => secret.partOf !== undefined);
  return parts.length > 0 ? parts : secrets;
}

function asCertain(rank: number): (secret: Secret) => Candidate {
  return (secret) => ({ rank, certain: true, secret });
}
