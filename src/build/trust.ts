import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SafebuildError } from '../errors.ts';
import type { Demand } from '../secrets/index.ts';
import { isInside, stateDir } from './version-key.ts';

/** What a person says who was shown the demands of a project. */
export type TrustAnswer = 'no' | 'once' | 'always';

export interface TrustOptions {
  env: Readonly<Record<string, string>>;
  /** `--trust-sources`. */
  given: boolean;
  /** Shows the demands to a person; absent where nobody sits there. */
  ask?: (demands: readonly Demand[], root: string) => Promise<TrustAnswer>;
  /** Absolute; what lies inside of it may be a stranger's. */
  contextDir?: string;
}

/**
 * Throws `SOURCE_FAILED` unless the user trusts the project at `root` with all of the demands.
 *
 * Trust is given by flag, by SAFEBUILD_TRUST_SOURCES=1, on the terminal, where it is remembered for the project's path and
 * exactly what was shown, and by CI for everything that neither starts a program nor names a server: there the pipeline
 * decides which credentials a job has.
 */
export async function permitSources(demands: readonly Demand[], root: string, options: TrustOptions): Promise<void> {
  const { env, given, ask } = options;
  if (given || isOn(env.SAFEBUILD_TRUST_SOURCES)) return;
  const open = isOn(env.CI) ? demands.filter(({ level }) => level === 'always') : demands;
  if (open.length === 0) return;
  const place = await trustFile(root, options);
  const known = place === undefined ? new Set<string>() : await readTrust(place);
  const asked = open.filter(({ digest }) => !known.has(digest));
  if (asked.length === 0) return;
  const answer = ask === undefined ? 'no' : await ask(asked, root);
  if (answer === 'no') throw refusal(asked, ask !== undefined);
  if (answer === 'always' && place !== undefined) {
    await writeTrust(place, root, [...known, ...asked.map(({ digest }) => digest)]);
  }
}

function isOn(variable: string | undefined): boolean {
  return variable !== undefined && !/^(?:|0|f|false|no|off)$/i.test(variable);
}

function refusal(demands: readonly Demand[], asked: boolean): SafebuildError {
  const list = demands.map(({ about, title, brief }) => `\n  ${about}: ${title}: ${brief}`).join('');
  const why = asked
    ? 'You did not allow what this project asks for'
    : 'This project asks for what you have not allowed';
  return new SafebuildError('SOURCE_FAILED', `${why}:${list}`, {
    hint: 'Look at it, and pass --trust-sources (or set SAFEBUILD_TRUST_SOURCES=1) if you trust it; on a terminal safebuild asks.',
  });
}

/** Where the answer for a project is kept; undefined where a project could bring it itself. */
async function trustFile(root: string, { env, contextDir }: TrustOptions): Promise<string | undefined> {
  const dir = join(stateDir(env), 'trust');
  if ([root, contextDir].some((folder) => folder !== undefined && isInside(dir, folder))) return undefined;
  const real = await realpath(root);
  return join(dir, `${createHash('sha256').update(real).digest('hex').slice(0, 32)}.json`);
}

async function readTrust(path: string): Promise<Set<string>> {
  try {
    const kept: unknown = JSON.parse(await readFile(path, 'utf8'));
    const digests = typeof kept === 'object' && kept !== null && 'trusted' in kept ? kept.trusted : [];
    return new Set(Array.isArray(digests) ? digests.filter((digest) => typeof digest === 'string') : []);
  } catch {
    // What cannot be read is not trusted.
    return new Set();
  }
}

/** A state folder that cannot be written only means that the question comes again. */
async function writeTrust(path: string, root: string, trusted: readonly string[]): Promise<void> {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
    await writeFile(draft, `${JSON.stringify({ project: root, trusted }, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}
