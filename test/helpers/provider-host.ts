import { tmpdir } from 'node:os';
import type { Fetched, Provider, ProviderHost } from '../../src/secrets/providers/provider.ts';
import { createRunner } from '../../src/secrets/providers/run.ts';

export interface HostOptions {
  env?: Readonly<Record<string, string>>;
  /** Of safebuild.yaml, `sources:`. */
  settings?: Readonly<Record<string, unknown>>;
  cwd?: string;
  home?: string;
  signal?: AbortSignal;
}

/** A host as a build makes it, with the runner of the product and nothing of this process's environment. */
export function providerHost(options: HostOptions = {}): ProviderHost {
  const { env = {}, settings = {}, cwd = tmpdir(), home = tmpdir(), signal = new AbortController().signal } = options;
  return {
    cwd,
    env,
    home,
    signal,
    settings: (name) => settings[name],
    run: createRunner({ cwd, env, signal: () => signal }),
  };
}

/** Fetches one reference, as a build does: checked, opened, closed. */
export async function fetchOne(provider: Provider, reference: string, host: ProviderHost): Promise<Fetched> {
  const [fetched] = await fetchAll(provider, [reference], host);
  if (fetched === undefined) throw new Error('nothing was fetched');
  return fetched;
}

/** Fetches references at the same time in one session. */
export async function fetchAll(
  provider: Provider,
  references: readonly string[],
  host: ProviderHost,
): Promise<Fetched[]> {
  for (const reference of references) provider.check(reference);
  const session = provider.open(host);
  try {
    return await Promise.all(references.map((reference) => session.fetch(reference)));
  } finally {
    await session.close();
  }
}

/** What a promise rejects with, as the text that a person may see: code, message and hint. */
export async function refusalOf(promise: Promise<unknown>): Promise<{ code: string; text: string }> {
  try {
    await promise;
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint?: string };
    return { code, text: `${message}\n${hint}` };
  }
  throw new Error('it was not refused');
}
