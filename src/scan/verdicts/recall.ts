import { createHash } from 'node:crypto';
import type { EntryRecord, ImageEntry } from '../../image/index.ts';
import { type EntryOptions, scanEntry } from '../entry.ts';
import type { HitGroup } from '../hit.ts';
import type { ScanState } from '../state.ts';
import type { EntryVerdict, Look } from './verdict.ts';
import { smallestCachedBytes, type Verdicts } from './verdicts.ts';

/**
 * Searches one entry as `scanEntry` does; one that the very same search found clean before is only hashed.
 *
 * An image names its blobs by their digest. The name says which verdict to ask for, and no more: the verdict holds for bytes
 * of that digest, which is computed from what was read now. Bytes that turn out to be others are incomplete, as they are without
 * a verdict. Of withheld bytes the name is all there is: what is published is found by it too. `state` is the entry's own. Only what was searched whole and without any leak is remembered.
 */
export async function recallOrScan(
  state: ScanState,
  entry: ImageEntry,
  options: EntryOptions,
  verdicts: Verdicts | undefined,
): Promise<EntryRecord> {
  const digest = options.holds === 'image' ? namedDigest(entry) : undefined;
  if (entry.withheld) return recallWithheld(state, entry, options, digest, verdicts);
  if (verdicts === undefined || digest === undefined || entry.size < smallestCachedBytes)
    return scanEntry(state, entry, options);
  const known = await verdicts.get(digest);
  if (known !== undefined && known.size === entry.size) return recall(state, entry, options, digest, known);
  const record = await scanEntry(state, entry, options);
  const clean = !state.hits.grave && state.incomplete.length === 0;
  // a large JSON blob is needed itself, not only its verdict
  if (clean && record.digest === digest && record.json === undefined)
    await verdicts.put(digest, verdictOf(state, record));
  return record;
}

function namedDigest({ path, link }: ImageEntry): string | undefined {
  const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1];
  return hex === undefined || link !== undefined ? undefined : `sha256:${hex}`;
}

async function recall(
  state: ScanState,
  entry: ImageEntry,
  options: EntryOptions,
  digest: string,
  known: EntryVerdict,
): Promise<EntryRecord> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of entry.body) {
    options.onBytes(chunk.length);
    size += chunk.length;
    hash.update(chunk);
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== digest || size !== known.size) {
    state.addIncomplete(entry.path, 'its content does not have the digest that its name says');
    return { ...recordOf(entry, size, found), containers: [] };
  }
  return restore(state, entry, digest, known);
}

async function recallWithheld(
  state: ScanState,
  entry: ImageEntry,
  options: EntryOptions,
  digest: string | undefined,
  verdicts: Verdicts | undefined,
): Promise<EntryRecord> {
  const known = digest === undefined ? undefined : await verdicts?.get(digest);
  if (digest === undefined || known === undefined) {
    state.addIncomplete(entry.path, 'its bytes are not here, and no former search of them is known');
    return { ...recordOf(entry, 0, `sha256:${createHash('sha256').digest('hex')}`), containers: [] };
  }
  options.onBytes(known.size);
  return restore(state, entry, digest, known);
}

function recordOf(
  { path, file }: ImageEntry,
  size: number,
  digest: string,
): Pick<EntryRecord, 'path' | 'size' | 'digest' | 'named' | 'file'> {
  return { path, size, digest, named: digest, ...(file === undefined ? {} : { file }) };
}

/** Gives to `state` what the former search gave. */
function restore(state: ScanState, entry: ImageEntry, digest: string, known: EntryVerdict): EntryRecord {
  const { coverage, containers, members, tarDigest, looks } = known;
  for (const { hit, forms, count } of looks)
    state.hits.restore({ hit: { ...hit, entry: entry.path }, forms: new Set(forms), count });
  state.addCoverage({
    ...coverage,
    notOpenedExamples: coverage.notOpenedExamples.map((one) => ({ ...one, where: inside(entry.path, one.where) })),
    damaged: {
      ...coverage.damaged,
      examples: coverage.damaged.examples.map((one) => ({ ...one, where: inside(entry.path, one.where) })),
    },
  });
  return {
    ...recordOf(entry, known.size, digest),
    containers,
    ...(members === undefined ? {} : { members }),
    ...(tarDigest === undefined ? {} : { tarDigest }),
  };
}

const separator = ' › ';

/** The opposite of `within`. */
function inside(entry: string, where: string): string {
  return where === '' ? entry : `${entry}${separator}${where}`;
}

function within(entry: string, where: string): string {
  return where === entry ? '' : where.replace(`${entry}${separator}`, '');
}

function lookOf({ hit: { entry: _, ...hit }, forms, count }: HitGroup): Look {
  return { hit, forms: [...forms], count };
}

function verdictOf(
  { coverage, hits }: ScanState,
  { path, size, containers, tarDigest, members }: EntryRecord,
): EntryVerdict {
  const { files, decodedBytes, opened, notOpened, notOpenedExamples, damaged } = coverage;
  return {
    size,
    containers,
    looks: [...hits.groups()].map(lookOf),
    ...(tarDigest === undefined ? {} : { tarDigest }),
    ...(members === undefined ? {} : { members }),
    coverage: {
      files,
      decodedBytes,
      opened,
      notOpened,
      notOpenedExamples: notOpenedExamples.map((one) => ({ ...one, where: within(path, one.where) })),
      damaged: {
        count: damaged.count,
        examples: damaged.examples.map((one) => ({ ...one, where: within(path, one.where) })),
      },
    },
  };
}
