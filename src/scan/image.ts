import type { Artifact } from '../finding.ts';
import { describeImage, type EntryRecord, type ImageGraph, type ImageSource } from '../image/index.ts';
import { emptyCoverage } from './coverage.ts';
import { loadDetectors } from './detectors/index.ts';
import { searchEntries } from './entries.ts';
import { findingsOf } from './findings.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { mask } from './mask.ts';
import type { Identity, ScanResult } from './result.ts';
import { compileSearch, type ScanSecrets, type Search } from './search.ts';
import { ScanState } from './state.ts';
import { openVerdicts, type Verdicts } from './verdicts/index.ts';

/** How far a scan is. */
export interface ScanProgress {
  /** Entries begun, and bytes as stored. */
  entries: number;
  storedBytes: number;
}

/** A private folder, and a secret key (32 bytes) that nobody but this user on this machine knows. */
export interface VerdictPlace {
  dir: string;
  key: Uint8Array;
}

export interface ScanOptions {
  signal?: AbortSignal;
  /** As in `docker build --platform`: other platforms that an index names may be absent. What is there is searched. */
  platform?: string;
  limits?: Partial<Limits>;
  /** What is searched, when it is no image: findings say so. */
  artifact?: Artifact;
  /** Whether secrets that nobody declared are looked for. What a find means is the caller's decision. Default: `off`. */
  detectors?: 'fail' | 'warn' | 'off';
  /** Where verdicts of clean layers are kept, so that they are not searched again. Absent: nowhere. */
  verdicts?: VerdictPlace;
  /** Called for every chunk that was read. */
  onProgress?: (progress: ScanProgress) => void;
}

/**
 * Searches everything that a source holds for every form of every secret, in one pass.
 *
 * Entries are searched as they come, whether anything refers to them or not, and are named afterwards. Closes the source.
 * Rejects only when `signal` aborts: whatever cannot be read is in `incomplete`.
 */
export async function scanImage(
  source: ImageSource,
  secrets: ScanSecrets | Search,
  options: ScanOptions = {},
): Promise<ScanResult> {
  const state = new ScanState(compileSearch(secrets), { ...defaultLimits, ...options.limits }, emptyCoverage());
  state.entriesAreFiles = source.holds === 'files';
  state.artifact = options.artifact ?? (state.entriesAreFiles ? 'files' : undefined);
  if (options.detectors !== undefined && options.detectors !== 'off') state.detectors = await loadDetectors();
  // a source that waits for bytes (docker save, a pipe) stops waiting when it is closed
  const close = (): void => void source.close().catch(() => {});
  options.signal?.addEventListener('abort', close, { once: true });
  const verdicts = verdictsOf(state, options.verdicts);
  let catalog: ReadonlyMap<string, EntryRecord>;
  try {
    const { signal, onProgress } = options;
    catalog = await searchEntries(source, state, { signal, onProgress, verdicts });
    options.signal?.throwIfAborted();
  } finally {
    options.signal?.removeEventListener('abort', close);
    await source.close();
  }
  const graph = source.holds === 'image' ? describeImage(catalog, options.platform) : undefined;
  for (const { where, why } of graph?.problems ?? []) state.addIncomplete(where === '' ? source.name : where, why);
  count(state, graph, catalog);
  if (state.coverage.entries === 0) state.addIncomplete(source.name, 'there is nothing in it');
  return {
    findings: findingsOf(state, graph, catalog),
    incomplete: state.incomplete,
    coverage: state.coverage,
    absentPlatforms: maskedSet(graph?.absentPlatforms ?? [], state),
    identity: identityOf(graph, state),
    remembered: verdicts?.known() ?? [],
  };
}

/** Everything that a finding depends on beside the bytes is part of a verdict's name. */
function verdictsOf({ search, limits, detectors }: ScanState, place: VerdictPlace | undefined): Verdicts | undefined {
  if (place === undefined) return undefined;
  const { dir, key } = place;
  const needles = search.fingerprint(key);
  return openVerdicts({ dir, key, search: { needles, limits, detectors: detectors !== undefined } });
}

function count(state: ScanState, graph: ImageGraph | undefined, catalog: ReadonlyMap<string, EntryRecord>): void {
  const { coverage, search } = state;
  coverage.secrets = [...search.secrets];
  coverage.weak = [...search.weak];
  coverage.omittedForms = [...search.omitted];
  coverage.forms = [...search.forms];
  coverage.limits = { ...state.limits };
  coverage.hitsLeftOut = state.hits.leftOut;
  if (graph === undefined) coverage.files += catalog.size;
  else countImage(state, graph, catalog);
}

function countImage(state: ScanState, graph: ImageGraph, catalog: ReadonlyMap<string, EntryRecord>): void {
  const { coverage } = state;
  const roles = [...graph.uses.values()].map((uses) => uses.map((use) => use.role));
  coverage.layers = roles.filter((of) => of.includes('layer')).length;
  coverage.configs = roles.filter((of) => of.includes('config')).length;
  coverage.attestations = graph.attestations;
  coverage.platforms = maskedSet(
    graph.images.flatMap((image) => image.platform ?? []),
    state,
  );
  coverage.unreferenced = [...catalog.keys()].filter(
    (path) => path.startsWith('blobs/') && !graph.uses.has(path),
  ).length;
}

/** What an image says of itself may hold a value. */
function maskedSet(texts: readonly string[], state: ScanState): string[] {
  return [...new Set(texts)].map((text) => mask(text, state));
}

/** Equal entries may stand between, which made no layer, so they are matched from the end backwards. */
function historyOfLayers(
  history: readonly (string | undefined)[],
  layers: readonly (string | undefined)[],
): (number | undefined)[] {
  const found: (number | undefined)[] = layers.map(() => undefined);
  let before = history.length;
  for (let layer = layers.length - 1; layer >= 0 && before > 0; layer--) {
    const createdBy = layers[layer];
    if (createdBy === undefined) continue;
    const at = history.lastIndexOf(createdBy, before - 1);
    if (at < 0) break;
    found[layer] = at;
    before = at;
  }
  return found;
}

function identityOf(graph: ImageGraph | undefined, state: ScanState): Identity {
  const manifests = (graph?.images ?? []).map(({ platform, digest, configDigest, layers, history }) => ({
    ...(platform === undefined ? {} : { platform: mask(platform, state) }),
    ...(digest === undefined ? {} : { digest }),
    configDigest,
    layers: layers.map(({ digest, diffId, size, mediaType }) => ({
      digest,
      size,
      mediaType,
      ...(diffId === undefined ? {} : { diffId }),
    })),
    keywords: history.map((createdBy) => createdBy?.trimStart().split(/\s/)[0]?.toUpperCase() ?? ''),
    layerHistory: historyOfLayers(
      history,
      layers.map((layer) => layer.createdBy),
    ),
  }));
  return { manifests, ...(graph?.rootDigest === undefined ? {} : { indexDigest: graph.rootDigest }) };
}
