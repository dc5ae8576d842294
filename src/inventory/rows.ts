import { stat } from 'node:fs/promises';
import { missingSecret } from '../build/missing.ts';
import type { Sources } from '../build/sources.ts';
import type { BuildRequest } from '../buildx/index.ts';
import type { SafebuildError } from '../errors.ts';
import { declaredAt, linesUsing, type Origin, shownReference } from '../secrets/index.ts';
import type { InventoryRow } from './row.ts';

type Named = Omit<InventoryRow, 'lines'>;

/** The rows of everything that a build knows: secrets, what could not be had or was not asked, settings. */
export async function rowsOf(
  sources: Sources,
  request: BuildRequest,
  missing: readonly { id: string; line: number }[],
): Promise<InventoryRow[]> {
  const { secrets, dockerfile } = sources;
  const age = await agesOf(sources);
  const rows: Named[] = [
    ...secrets.names().flatMap((name) => {
      const secret = secrets.get(name);
      return secret === undefined ? [] : secretRow(name, secret.origin, secret.reason, sources, age);
    }),
    ...secrets.troubles.map(
      ({ source, error }): Named => ({
        name: source.name,
        kind: 'secret',
        why: `${declaredAt(source)} says where it is kept`,
        source: shownReference(source),
        state: 'failed',
        problem: problemOf(error),
      }),
    ),
    ...secrets.unfetched.map(
      (source): Named => ({
        name: source.name,
        kind: 'secret',
        why: `${declaredAt(source)} says where it is kept`,
        source: shownReference(source),
        state: 'unknown',
      }),
    ),
    ...secrets.empty.map(
      ({ name, origin }): Named => ({
        name,
        kind: 'secret',
        why: 'the name says so',
        source: whereOf(origin),
        state: 'empty',
      }),
    ),
    ...missing.map(
      ({ id, line }): Named => ({
        name: id,
        kind: 'secret',
        why: 'a step requires it',
        source: '-',
        state: 'missing',
        problem: problemOf(missingSecret(id, sources, line)),
      }),
    ),
    ...secrets.settings.map(
      ({ name, origin, reason }): Named => ({
        name,
        kind: 'setting',
        why: reason,
        source: whereOf(origin),
        state: 'ok',
        ...age(origin),
      }),
    ),
  ];
  const once = [...new Map([...rows].reverse().map((row) => [row.name, row])).values()].reverse();
  const uses =
    dockerfile &&
    linesUsing(
      once.map(({ name }) => name),
      dockerfile.model,
      request.target,
    );
  return once.map((row) => ({ ...row, lines: uses?.get(row.name) ?? [] }));
}

function secretRow(name: string, origin: Origin, why: string, { secrets }: Sources, age: Age): Named {
  const fact = secrets.fetched.get(name);
  return {
    name,
    kind: 'secret',
    why,
    source: fact?.from ?? whereOf(origin),
    state: 'ok',
    ...age(origin),
    ...(fact?.version === undefined ? {} : { version: fact.version }),
    ...(fact?.changed === undefined ? {} : { changed: fact.changed.toISOString() }),
  };
}

function whereOf({ where, line }: Origin): string {
  return line === undefined ? where : `${where} line ${line}`;
}

function problemOf({ message, hint }: SafebuildError): string {
  return hint === undefined ? message : `${message}${/[.!?]$/.test(message) ? '' : '.'} ${hint}`;
}

type Age = (origin: Origin) => { changed?: string };

/** An env file is as old as its last change. */
async function agesOf({ config }: Sources): Promise<Age> {
  const times = await Promise.all(
    config.envFiles.map(async ({ path, shown }): Promise<[string, string][]> => {
      const stats = await stat(path).catch(() => undefined);
      return stats === undefined ? [] : [[shown, stats.mtime.toISOString()]];
    }),
  );
  const known = new Map(times.flat());
  return ({ source, where }) => {
    const changed = source === 'dotenv' ? known.get(where) : undefined;
    return changed === undefined ? {} : { changed };
  };
}
