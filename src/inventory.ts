import { fetchingFor } from './build/fetching.ts';
import type { BuildHost, BuildOptions } from './build/host.ts';
import { masked } from './build/masked.ts';
import { missingMounts } from './build/required.ts';
import { readSources, type Sources } from './build/sources.ts';
import type { BuildRequest } from './buildx/index.ts';
import type { InventoryRow } from './inventory/row.ts';
import { rowsOf } from './inventory/rows.ts';
import { createRedactor } from './secrets/index.ts';

export interface InventoryOptions extends BuildOptions {
  /** Asks every source, also those that nothing in the target uses. */
  test: boolean;
}

/** What a build knows of names, and never a value. */
export interface Inventory {
  rows: readonly InventoryRow[];
  /** Whether the sources were asked. */
  tested: boolean;
  /** 3 where they were, and something could not be had. */
  exitCode: 0 | 3;
}

/** Lists what a build would take for secrets. Throws what reading the sources throws. */
export async function listSecrets(
  request: BuildRequest,
  options: InventoryOptions,
  host: BuildHost,
): Promise<Inventory> {
  const fetching = fetchingFor(host, options, request.context);
  try {
    const sources = await readSources(request, options, options.test ? { ...host, fetching, fetch: 'told' } : host);
    const missing = missingMounts(sources, request, host.env).filter(({ id }) => !isKnown(id, sources));
    const rows = await rowsOf(sources, request, missing);
    const failed = options.test && rows.some(({ state }) => state === 'failed' || state === 'missing');
    return masked({ rows, tested: options.test, exitCode: failed ? 3 : 0 }, createRedactor(sources.secrets.secrets));
  } finally {
    await fetching.close();
  }
}

/** A source has its own row, which says what became of it. */
function isKnown(id: string, { secrets }: Sources): boolean {
  const names = [...secrets.unfetched.map(({ name }) => name), ...secrets.troubles.map(({ source }) => source.name)];
  const bare = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  return names.some((name) => bare(name) === bare(id));
}
