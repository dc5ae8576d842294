import type { Limits } from './limits.ts';
import type { OmittedForm, WeakSecret } from './search.ts';

/** What was looked at, so that "clean" can be weighed. Counts of things in the image, not of findings. */
export interface Coverage {
  /** Entries of the source: blobs, JSON files, files of an artifact. */
  entries: number;
  /** Layers of all images, each blob once. */
  layers: number;
  configs: number;
  attestations: number;
  /** Entries that nothing refers to; searched like the others. */
  unreferenced: number;
  platforms: string[];
  /** Files in layers and in archives inside of them. */
  files: number;
  /** Bytes as stored, and bytes that came out of wrappers. All were searched. */
  storedBytes: number;
  decodedBytes: number;
  /** How often each kind of wrapper was opened. */
  opened: Record<string, number>;
  /** Wrappers that were met and only searched from the outside, by kind. */
  notOpened: Record<string, number>;
  /** Where the first of them are, so that somebody can look. */
  notOpenedExamples: { kind: string; where: string }[];
  /** Files inside layers that pretend to be an archive and are broken: searched raw, and as far as they could be decoded. */
  damaged: { count: number; examples: { where: string; why: string }[] };
  /** Names of the secrets that were searched for. */
  secrets: string[];
  /** Those whose value means nothing by itself; `searchedAs` where it was searched for as the value of its own name. */
  weak: WeakSecret[];
  omittedForms: OmittedForm[];
  /** Names of the encodings that were searched for: of one secret at least. */
  forms: string[];
  /** Those that held for this search; one that was reached is in `incomplete`. */
  limits?: Limits;
  /** Hits beyond `Limits.maxFindings`. */
  hitsLeftOut: number;
}

/** Of it, what one entry adds. */
export type EntryCoverage = Pick<
  Coverage,
  'files' | 'decodedBytes' | 'opened' | 'notOpened' | 'notOpenedExamples' | 'damaged'
>;

const maxExamples = 20;
/** So that a common kind does not push out a rare one. */
const maxExamplesOfKind = 5;

export function emptyCoverage(): Coverage {
  return {
    entries: 0,
    layers: 0,
    configs: 0,
    attestations: 0,
    unreferenced: 0,
    platforms: [],
    files: 0,
    storedBytes: 0,
    decodedBytes: 0,
    opened: {},
    notOpened: {},
    notOpenedExamples: [],
    damaged: { count: 0, examples: [] },
    secrets: [],
    weak: [],
    omittedForms: [],
    forms: [],
    hitsLeftOut: 0,
  };
}

/** Adds the counts of one entry to those of a scan; of the examples the first stay. */
export function joinCoverage(coverage: Coverage, entry: EntryCoverage): void {
  coverage.files += entry.files;
  coverage.decodedBytes += entry.decodedBytes;
  for (const [kind, count] of Object.entries(entry.opened))
    coverage.opened[kind] = (coverage.opened[kind] ?? 0) + count;
  for (const example of entry.notOpenedExamples) {
    const known = coverage.notOpenedExamples.filter(({ kind }) => kind === example.kind).length;
    if (known < maxExamplesOfKind) coverage.notOpenedExamples.push(example);
  }
  for (const [kind, count] of Object.entries(entry.notOpened))
    coverage.notOpened[kind] = (coverage.notOpened[kind] ?? 0) + count;
  coverage.damaged.count += entry.damaged.count;
  coverage.damaged.examples.push(...entry.damaged.examples);
  coverage.damaged.examples.splice(maxExamples);
}

export function increment(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

export function addNotOpened(coverage: Coverage, kind: string, where: () => string): void {
  increment(coverage.notOpened, kind);
  if (coverage.notOpened[kind]! <= maxExamplesOfKind) coverage.notOpenedExamples.push({ kind, where: where() });
}

export function addDamage(coverage: Coverage, where: string, why: string): void {
  coverage.damaged.count++;
  if (coverage.damaged.examples.length < maxExamples) coverage.damaged.examples.push({ where, why });
}
