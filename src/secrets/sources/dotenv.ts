import { realpath } from 'node:fs/promises';
import { platform } from 'node:os';
import { relative, resolve, sep } from 'node:path';
import type { EnvFile } from '../../config/index.ts';
import { hasCode, SafebuildError } from '../../errors.ts';
import type { Finding } from '../../finding.ts';
import { type BoundedFile, readBounded } from '../read-file.ts';
import { readAssignments } from './assignments.ts';
import { type Candidate, unjudged } from './candidate.ts';

// Env files hold lines for people; a megabyte is a mistake in the path.
const maxEnvFileBytes = 1024 * 1024;

/** What one env file offers. */
export interface EnvFileReading {
  candidates: readonly Candidate[];
  notes: readonly Finding[];
}

/**
 * Reads one env file as dotenv does, without expansion.
 *
 * Throws `SOURCE_FAILED` when a required file is missing, when it cannot be read, is no UTF-8 text, or leads out of
 * `file.within` by a symbolic link. A missing optional file offers nothing.
 */
export async function readEnvFile(file: EnvFile, rank: number): Promise<EnvFileReading> {
  if (file.within !== undefined) await refuseOutside(file.path, file.shown, file.within);
  const read = await readBounded(file.path, file.shown, maxEnvFileBytes);
  if (!read) {
    if (!file.required) return { candidates: [], notes: [] };
    throw new SafebuildError('SOURCE_FAILED', `${file.shown} does not exist`, {
      hint: 'Create the file, or do not name it with --env-file or in safebuild.yaml.',
    });
  }
  const { assignments, ignoredLines } = readAssignments(decode(read.bytes, file.shown));
  return {
    candidates: assignments.map(({ name, value, line }) =>
      unjudged(name, value, { source: 'dotenv', where: file.shown, line }, rank),
    ),
    notes: [...ignoredLines.map((line) => ignoredLine(file.shown, line)), ...readableByOthers(read, file.shown)],
  };
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
