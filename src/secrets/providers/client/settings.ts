import { z } from 'zod';
import { SafebuildError } from '../../../errors.ts';
import type { ProviderHost } from '../provider.ts';
import { isAddress } from './route.ts';

/**
 * The settings of a provider under `sources:`, checked against its schema; an empty object when there are none.
 *
 * Throws `CONFIG_INVALID` that names the setting, not what stands there: it may be a token.
 */
export function settingsOf<T>(host: ProviderHost, name: string, schema: z.ZodType<T>): T {
  const checked = schema.safeParse(host.settings(name) ?? {});
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const path = ['sources', name, ...(issue?.path ?? []).map(String)].join('.');
  const problem = issue?.code === 'unrecognized_keys' ? 'has a setting that is not known' : 'is not of the right form';
  throw new SafebuildError('CONFIG_INVALID', `${path} ${problem}`, {
    hint: `Write under sources.${name} only what docs/secret-tools.md shows.`,
  });
}

/** The address of a server: `https://…`, or `http://…` on this machine. */
export const serverAddress = z.string().refine(isAddress);
