import { realpath } from 'node:fs/promises';
import { platform } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { EnvFile } from '../../config/index.ts';
import { hasCode, SafebuildError } from '../../errors.ts';
import type { Finding } from '../../finding.ts';
import { type BoundedFile, readBounded } from '../read-file.ts';
import { Secret } from '../secret.ts';
import { type Assignment, readAssignments } from './assignments.ts';
import { type Candidate, precedence, unjudged } from './candidate.ts';
import { decrypted, isEncrypted, privateKeyName } from './dotenvx.ts';

// Env files hold lines for people; a megabyte is a mistake in the path.
const maxEnvFileBytes = 1024 * 1024;

/** What one env file offers. */
export interface EnvFileReading {
  candidates: readonly Candidate[];
  notes: readonly Finding[];
}

/**
 * Reads one env file as dotenv does, without expansion; values that dotenvx encrypted, with their key (`env`, `.env.keys`).
 *
 * Throws `SOURCE_FAILED` when a required file is missing, when it cannot be read, is no UTF-8 text, or leads out of
 * `file.within` by a symbolic link. A missing optional file offers nothing.
 */
export async function readEnvFile(file: EnvFile, rank: number, env: Environment = {}): Promise<EnvFileReading> {
  if (file.within !== undefined) await refuseOutside(file.path, file.shown, file.within);
  const read = await readBounded(file.path, file.shown, maxEnvFileBytes);
  if (!read) {
    if (!file.required) return { candidates: [], notes: [] };
    throw new SafebuildError('SOURCE_FAILED', `${file.shown} does not exist`, {
      hint: 'Create the file, or do not name it with --env-file or in safebuild.yaml.',
    });
  }
  const { assignments, ignoredLines } = readAssignments(decode(read.bytes, file.shown));
  const sealed = assignments.some(({ value }) => isEncrypted(value));
  const key = sealed ? await privateKeyOf(file, assignments, env) : undefined;
  return {
    candidates: [
      ...assignments.map((assignment) => candidateOf(assignment, file, rank, key)),
      ...(key === undefined ? [] : keyCandidates(key)),
    ],
    notes: [...ignoredLines.map((line) => ignoredLine(file.shown, line)), ...readableByOthers(read, file.shown)],
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What decrypts the values of one env file. */
interface PrivateKey {
  name: string;
  /** In words for a person. */
  where: string;
  /** Several keys with commas between them; absent where there is none. */
  value?: string;
}

/** From the environment, else from `.env.keys` beside the file, as dotenvx looks for it. */
async function privateKeyOf(file: EnvFile, assignments: readonly Assignment[], env: Environment): Promise<PrivateKey> {
  const name = privateKeyName(
    basename(file.path),
    assignments.map((assignment) => assignment.name),
  );
  const variable = env[name];
  if (variable) return { name, where: 'environment', value: variable };
  const path = join(dirname(file.path), '.env.keys');
  const shown = join(dirname(file.shown), '.env.keys');
  if (file.within !== undefined) await refuseOutside(path, shown, file.within);
  const read = await readBounded(path, shown, maxEnvFileBytes);
  const keys = read && readAssignments(decode(read.bytes, shown)).assignments;
  const value = keys?.findLast((assignment) => assignment.name === name)?.value;
  return { name, where: shown, ...(value ? { value } : {}) };
}

function candidateOf(
  { name, value, line }: Assignment,
  { shown }: EnvFile,
  rank: number,
  key: PrivateKey | undefined,
): Candidate {
  const origin = { source: 'dotenv', where: shown, line } as const;
  if (key === undefined || !isEncrypted(value)) return unjudged(name, value, origin, rank);
  for (const one of key.value?.split(',') ?? []) {
    const plain = decrypted(value, one.trim());
    if (plain !== undefined) return unjudged(name, plain, origin, rank);
  }
  const message =
    key.value === undefined
      ? `its value is encrypted by dotenvx, and ${key.name} is neither set nor in ${key.where}`
      : `its value is encrypted by dotenvx, and ${key.name} (${key.where}) does not fit it`;
  const failure = new SafebuildError('SOURCE_FAILED', message, {
    hint: `Set ${key.name} to the private key of ${shown}.`,
  });
  return { ...unjudged(name, '', origin, rank), failure };
}

/** Whoever has the key has all values: it is searched for, and handed to no step that merely names it. */
function keyCandidates({ name, where, value = '' }: PrivateKey): Candidate[] {
  const origin = { source: 'environment', where } as const;
  const keys = value.split(',').map((key) => key.trim());
  return keys
    .filter((key) => key !== '')
    .map((key) => {
      const secret = new Secret({ name, value: Buffer.from(key), origin, reason: 'it decrypts an env file' });
      return { rank: precedence.environment, certain: true, secret };
    });
}

async function refuseOutside(path: string, shown: string, within: string): Promise<void> {
  try {
    const [real, root] = await Promise.all([realpath(path), realpath(within)]);
    const way = relative(root, real);
    if (way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === real) return;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return;
    throw new SafebuildError('SOURCE_FAILED', `${shown} could not be read`, { cause: error });
  }
  throw new SafebuildError('SOURCE_FAILED', `${shown} leads out of the project by a symbolic link`, {
    hint: 'Name the file with --env-file if you want it to be read.',
  });
}

function decode(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // No cause: a decoder's error may quote what it read.
    throw new SafebuildError('SOURCE_FAILED', `${shown} is not UTF-8 text`, { hint: 'Save the file as UTF-8.' });
  }
}

function ignoredLine(shown: string, line: number): Finding {
  return {
    rule: 'env-file-line',
    level: 'warning',
    message: `line ${line} of ${shown} is no NAME=value and was not read`,
    remedy: 'Correct the line or put a # before it.',
    location: { kind: 'context', path: shown, line },
  };
}

function readableByOthers({ stats }: BoundedFile, shown: string): Finding[] {
  // Windows has no such bits; Node makes them up.
  if (platform() === 'win32' || (stats.mode & 0o077) === 0) return [];
  return [
    {
      rule: 'secret-file-mode',
      level: 'note',
      message: `${shown} can be opened by other users of this machine`,
      remedy: `Run chmod 600 ${shown}.`,
      location: { kind: 'context', path: shown },
    },
  ];
}
