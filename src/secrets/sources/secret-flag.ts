import { resolve } from 'node:path';
import { SafebuildError } from '../../errors.ts';
import { maxSecretBytes, readBounded } from '../read-file.ts';
import { Secret } from '../secret.ts';
import { type Candidate, precedence } from './candidate.ts';
import { csvFields } from './csv.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** One `--secret` of docker, resolved to where its value stands. */
export interface SecretFlag {
  id: string;
  from: { kind: 'env'; name: string } | { kind: 'file'; path: string };
}

/** A `--secret` with its value. */
export interface ReadSecretFlag extends SecretFlag {
  candidate: Candidate;
  /**
   * True for a pipe (`<(…)`, `/dev/stdin`): reading it has used it up, so that docker must get the value another way than
   * by the user's flag.
   */
  usedUp: boolean;
}

/**
 * Parses the CSV after `--secret` as buildx does (`build/secret.go`, `secretsprovider`).
 *
 * Keys `id`, `src`/`source`, `env`, `type=file|env`; `env` beats `src`; a bare `id` is the variable of that name, else the
 * file. Throws `USAGE`. The flag itself is never quoted: people paste values where a reference belongs.
 */
export function parseSecretFlag(flag: string, env: Environment): SecretFlag {
  const fields = csvFields(flag);
  if (!fields) throw usage('--secret is not valid CSV');
  const given = new Map(fields.map(readField));
  const type = given.get('type');
  if (type !== undefined && type !== 'file' && type !== 'env')
    throw usage('--secret has a type other than file and env');
  const id = given.get('id');
  if (!id) throw usage('--secret has no id');
  const source = given.get('src') || undefined;
  const variable = given.get('env') || (type === 'env' ? source : undefined);
  if (variable) return { id, from: { kind: 'env', name: variable } };
  if (source && type !== 'env') return { id, from: { kind: 'file', path: source } };
  return { id, from: env[id] === undefined ? { kind: 'file', path: id } : { kind: 'env', name: id } };
}

function readField(field: string, index: number): [string, string] {
  const equals = field.indexOf('=');
  if (equals < 0) throw usage(`field ${index + 1} of --secret is not key=value`);
  const key = field.slice(0, equals).toLowerCase();
  if (!['id', 'src', 'source', 'env', 'type'].includes(key)) {
    throw usage(`field ${index + 1} of --secret has a key that docker does not know`);
  }
  return [key === 'source' ? 'src' : key, field.slice(equals + 1)];
}

function usage(message: string): SafebuildError {
  return new SafebuildError('USAGE', message, {
    hint: 'Write --secret id=NAME,env=VARIABLE or --secret id=NAME,src=FILE.',
  });
}

/**
 * Reads the value that docker would hand to the build, so that it can be searched for.
 *
 * Where docker builds on with an empty secret, this stops: `SECRET_MISSING` when variable or file do not exist,
 * `SECRET_EMPTY` when the value is empty, `SOURCE_FAILED` when it cannot be read or exceeds BuildKit's 500 KiB.
 */
export async function readSecretFlag(flag: string, env: Environment, cwd: string): Promise<ReadSecretFlag> {
  const parsed = parseSecretFlag(flag, env);
  const { id, from } = parsed;
  const { bytes, usedUp, where } =
    from.kind === 'env' ? fromEnv(id, from.name, env) : await fromFile(id, from.path, cwd);
  if (bytes.length === 0) {
    throw new SafebuildError('SECRET_EMPTY', `secret ${id}: ${where} is empty`, {
      hint: 'Give it a value, or take the --secret flag away.',
    });
  }
  if (bytes.length > maxSecretBytes) {
    throw new SafebuildError('SOURCE_FAILED', `secret ${id}: ${where} is larger than 500 KiB, which BuildKit refuses`);
  }
  const secret = new Secret({
    name: id,
    value: bytes,
    origin: { source: 'secret-flag', where: `--secret id=${id}` },
    reason: 'handed over with --secret',
  });
  return { ...parsed, usedUp, candidate: { rank: precedence.flag, certain: true, secret } };
}

interface FlagValue {
  bytes: Buffer;
  usedUp: boolean;
  where: string;
}

function fromEnv(id: string, name: string, env: Environment): FlagValue {
  const value = env[name];
  if (value === undefined) {
    throw new SafebuildError('SECRET_MISSING', `secret ${id}: the environment variable ${name} is not set`, {
      hint: `Set ${name}, or take the --secret flag away.`,
    });
  }
  return { bytes: Buffer.from(value), usedUp: false, where: `the environment variable ${name}` };
}

async function fromFile(id: string, path: string, cwd: string): Promise<FlagValue> {
  const shown = `secret ${id}: ${path}`;
  const read = await readBounded(resolve(cwd, path), shown, maxSecretBytes);
  if (read) return { bytes: read.bytes, usedUp: !read.stats.isFile(), where: path };
  throw new SafebuildError('SECRET_MISSING', `${shown} does not exist`, {
    hint: 'Name an existing file with src=, or a variable with env=.',
  });
}
