import { resolve } from 'node:path';
import type { Config, EnvFile } from '../config/index.ts';
import type { Dockerfile } from '../dockerfile/index.ts';
import type { Finding } from '../finding.ts';
import type { DeclaredSource, SecretFrom } from './fetch/declared.ts';
import type { Fetching } from './fetch/fetching.ts';
import { foldersOf, partReferences } from './fetch/references.ts';
import { fetched, notFetched, sourcesOf } from './fetch/wanted.ts';
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
  const declared = sourcesOf(request, inFiles.references, read);
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
