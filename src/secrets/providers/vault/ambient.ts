import { resolve } from 'node:path';
import { SafebuildError } from '../../../errors.ts';
import { readBounded } from '../../read-file.ts';
import type { ProviderHost } from '../provider.ts';

/**
 * Where a credential is kept: a variable of the environment, or a file.
 *
 * `shown` stands for it in messages where a variable or a parameter names it: people put the credential itself there.
 */
export type Place = { kind: 'env'; name: string; shown?: string } | { kind: 'file'; path: string; shown?: string };
type Environment = ProviderHost['env'];

const longestCredentialBytes = 64 * 1024;

/** A variable under OpenBao's name (`BAO_ADDR`) or else under Vault's; unset and empty are the same. */
export function variable(env: Environment, suffix: string): string | undefined {
  return env[`BAO_${suffix}`] || env[`VAULT_${suffix}`] || undefined;
}

/** The place of the variable that `variable` would read; undefined when there is none. */
export function variablePlace(env: Environment, suffix: string): Place | undefined {
  const name = [`BAO_${suffix}`, `VAULT_${suffix}`].find((one) => env[one]);
  return name === undefined ? undefined : { kind: 'env', name };
}

/** Reads `env:NAME` or `file:PATH`, as the settings write it. */
export function placeOf(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined;
  if (text.startsWith('env:')) return { kind: 'env', name: text.slice('env:'.length) };
  return { kind: 'file', path: text.slice('file:'.length) };
}

/** The file that a variable names (`VAULT_TOKEN_FILE`); undefined when it names none. */
export function fileOfVariable(env: Environment, suffix: string): Place | undefined {
  const named = variablePlace(env, suffix);
  if (named?.kind !== 'env') return undefined;
  return { kind: 'file', path: env[named.name] ?? '', shown: `the file that ${named.name} names` };
}

/** The place in words for a person. */
export function shownPlace(place: Place): string {
  return place.shown ?? (place.kind === 'env' ? place.name : place.path);
}

/** A path as people write it: `~/` is the home folder, relative ones count from the invocation's folder. */
export function pathOf(host: ProviderHost, written: string): string {
  return resolve(host.cwd, written.startsWith('~/') ? `${host.home}${written.slice(1)}` : written);
}

/** The credential that is kept at `place`, without white space around it; undefined when there is none. */
export async function readPlace(host: ProviderHost, place: Place): Promise<string | undefined> {
  if (place.kind === 'env') return host.env[place.name]?.trim() || undefined;
  const text = await readNamed(pathOf(host, place.path), shownPlace(place), longestCredentialBytes);
  return text?.trim() || undefined;
}

/**
 * The text of a file; undefined when there is no such file. Throws SOURCE_FAILED.
 *
 * Neither the message nor a cause holds the path: where one belongs, people put what belongs into the file.
 */
export async function readNamed(path: string, shown: string, maxBytes: number): Promise<string | undefined> {
  try {
    const file = await readBounded(path, shown, maxBytes);
    return file?.bytes.toString('utf8');
  } catch (error) {
    const told = error instanceof SafebuildError ? error.message : `${shown} could not be read`;
    throw new SafebuildError('SOURCE_FAILED', told, {
      hint: 'Check that it is a path, and that you may read the file.',
    });
  }
}

/** As `readPlace`, but a credential that is not there ends the login: throws SOURCE_FAILED. `what` is for the message. */
export async function needPlace(
  host: ProviderHost,
  place: Place | undefined,
  what: string,
  hint: string,
): Promise<string> {
  const found = place === undefined ? undefined : await readPlace(host, place);
  if (found !== undefined) return found;
  const where =
    place === undefined ? '' : `: ${shownPlace(place)} is ${place.kind === 'env' ? 'not set' : 'empty or not there'}`;
  throw new SafebuildError('SOURCE_FAILED', `${what} for Vault is not known${where}`, { hint });
}
