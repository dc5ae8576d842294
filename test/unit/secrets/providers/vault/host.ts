import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProviderHost } from '../../../../../src/secrets/providers/provider.ts';

export interface TestHost extends ProviderHost {
  stop: AbortController;
  /** What could not be given back. */
  lost: string[];
}

/** An invocation with nothing but `env` around it, and an empty home. */
export function hostWith(env: Record<string, string>, settings?: unknown): TestHost {
  const home = mkdtempSync(join(tmpdir(), 'safebuild-vault-'));
  const stop = new AbortController();
  const lost: string[] = [];
  return {
    cwd: home,
    home,
    env,
    stop,
    lost,
    notReturned: (what) => void lost.push(what),
    signal: stop.signal,
    settings: (name) => (name === 'vault' ? settings : undefined),
    run: () => Promise.reject(new Error('Vault needs no program')),
  };
}

/** Pauses that a test can wait for. */
export const quick = { firstPauseMs: 1, graceMs: 2000, closingMs: 2000 };

/** How an error looks to whoever gets it. */
export async function told(work: Promise<unknown>): Promise<{ code: unknown; message: string; hint: unknown }> {
  const error = await work.then(
    () => {
      throw new Error('expected a refusal');
    },
    (reason: unknown) => reason,
  );
  const { code, message, hint } = error as { code: unknown; message: string; hint: unknown };
  return { code, message, hint };
}
