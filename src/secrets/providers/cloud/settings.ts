import { SafebuildError } from '../../../errors.ts';
import type { ProviderHost } from '../provider.ts';

/**
 * Reads `sources.NAME` of safebuild.yaml, whose settings are all text.
 *
 * Throws `CONFIG_INVALID` for a setting that is not in `known`, or has another form; quotes neither.
 */
export function cloudSettings<Known extends string>(
  host: ProviderHost,
  name: string,
  known: Readonly<Record<Known, RegExp>>,
): Partial<Record<Known, string>> {
  const settings = host.settings(name) ?? {};
  if (typeof settings !== 'object') throw invalidSetting(name, Object.keys(known));
  for (const [key, value] of Object.entries(settings)) {
    const form = Object.hasOwn(known, key) ? known[key as Known] : undefined;
    if (typeof value !== 'string' || form?.test(value) !== true) throw invalidSetting(name, Object.keys(known));
  }
  return settings;
}

function invalidSetting(name: string, known: readonly string[]): SafebuildError {
  return new SafebuildError('CONFIG_INVALID', `sources.${name} of safebuild.yaml has something that it cannot have`, {
    hint: known.length === 0 ? 'It has no settings: take it away.' : `It may have ${known.join(', ')}, as text.`,
  });
}
