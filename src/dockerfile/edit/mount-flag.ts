import type { SecretMount } from '../../finding.ts';
import type { Flag } from '../model.ts';

/** The fields of a `--mount` as BuildKit reads them: names in lower case, a field without `=` is `true`. */
export type MountFields = ReadonlyMap<string, string>;

/** Reads a `--mount` flag. The value is one line of CSV. */
export function mountFields({ value = '' }: Flag): MountFields {
  const fields = new Map<string, string>();
  for (const match of value.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    const field = match[1]?.replaceAll('""', '"') ?? match[2] ?? '';
    const equals = field.indexOf('=');
    if (equals === -1) fields.set(field.toLowerCase(), 'true');
    else fields.set(field.slice(0, equals).toLowerCase(), field.slice(equals + 1));
  }
  return fields;
}

/**
 * The id that a secret mount asks for; undefined for any other flag.
 *
 * Without `id` it is what `source` says, else the last part of the target. Source: BuildKit, convert_secrets.go.
 */
export function secretIdOf(flag: Flag): string | undefined {
  if (flag.name !== 'mount') return undefined;
  const fields = mountFields(flag);
  if (fields.get('type')?.toLowerCase() !== 'secret') return undefined;
  const target = fields.get('target') ?? fields.get('dst') ?? fields.get('destination');
  return fields.get('source') || fields.get('src') || fields.get('id') || target?.replace(/\/+$/, '').split('/').at(-1);
}

/** Where the file of a secret mount lies in the step. Source: Dockerfile reference, RUN --mount=type=secret. */
export function fileOf(fields: MountFields): string {
  const target = fields.get('target') ?? fields.get('dst') ?? fields.get('destination');
  return target ?? `/run/secrets/${fields.get('id') ?? ''}`;
}

/** Writes a `--mount=type=secret`. `type` comes first: old frontends require it. */
export function mountFlag(mount: SecretMount): string {
  const fields = [
    'type=secret',
    `id=${mount.id}`,
    ...(mount.env === undefined ? [] : [`env=${mount.env}`]),
    ...(mount.target === undefined ? [] : [`target=${mount.target}`]),
    'required=true',
    ...(mount.mode === undefined ? [] : [`mode=0${mount.mode.toString(8)}`]),
  ];
  return `--mount=${flagQuoted(fields.map(csvQuoted).join(','))}`;
}

/** Writes the `--mount=type=bind` that shows a file of another stage where it lies there; BuildKit makes it read-only. */
export function bindFlag(from: string, path: string): string {
  return `--mount=${flagQuoted(['type=bind', `from=${from}`, `source=${path}`, `target=${path}`].map(csvQuoted).join(','))}`;
}

function csvQuoted(field: string): string {
  return /[",]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** The flag parser takes quotes and backslashes away before the CSV is read (seen with BuildKit of Docker 28.5). */
function flagQuoted(value: string): string {
  return /[\s'"\\]/.test(value) ? `'${value.replace(/['\\]/g, '\\$&')}'` : value;
}
