import type { Artifact } from '../finding.ts';
import { describeImage, type EntryRecord, type ImageGraph, type ImageSource } from '../image/index.ts';
import { type Coverage, emptyCoverage } from './coverage.ts';
import { loadDetectors } from './detectors/index.ts';
import { scanEntry } from './entry.ts';
import { findingsOf } from './findings.ts';
import { hitAt } from './hit.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { Identity, ScanResult } from './result.ts';
import { compileSearch, type ScanSecrets } from './search.ts';
import { ScanState } from './state.ts';

/** How far a scan is. */
export interface ScanProgress {
  /** Entries begun, and bytes as stored. */
  entries: number;
  storedBytes: number;
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
  secrets: ScanSecrets,
  options: ScanOptions = {},
): Promise<ScanResult> {
  const state = new ScanState(compileSearch(secrets), { ...defaultLimits, ...options.limits }, emptyCoverage());
  state.entriesAreFiles = source.holds === 'files';
  state.artifact = options.artifact ?? (state.entriesAreFiles ? 'files' : undefined);
  if (options.detectors !== undefined && options.detectors !== 'off') state.detectors = await loadDetectors();
  const catalog = new Map<string, EntryRecord>();
  // a source that waits for bytes (docker save, a pipe) stops waiting when it is closed
  const close = (): void => void source.close().catch(() => {});
  options.signal?.addEventListener('abort', close, { once: true });
  try {
    await readEntries(source, state, catalog, options);
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
    absentPlatforms: graph?.absentPlatforms ?? [],
    identity: identityOf(graph),
  };
}

async function readEntries(
  source: ImageSource,
  state: ScanState,
  catalog: Map<string, EntryRecord>,
  options: ScanOptions,
): Promise<void> {
  const { coverage } = state;
  const onBytes = (bytes: number): void => {
    options.signal?.throwIfAborted();
    coverage.storedBytes += bytes;
    options.onProgress?.({ entries: coverage.entries, storedBytes: coverage.storedBytes });
  };
  // names and headers of the outer archive, as one stream without an entry
  const frame = state.search.stream((match) => state.hits.add(hitAt(match, { entry: '', steps: [], header: true })));
  const observer = {
    frame: (bytes: Uint8Array) => frame.push(bytes),
    problem: (where: string, why: string) => state.addIncomplete(where, why),
  };
  for await (const entry of source.entries(observer)) {
    options.signal?.throwIfAborted();
    coverage.entries++;
    const record = await scanEntry(state, entry, { holds: source.holds, onBytes });
    // a tar may hold a path twice; readers take the last, and both were searched
    if (catalog.has(record.path) && source.holds === 'image')
      state.addIncomplete(record.path, 'the archive holds it twice');
    catalog.set(record.path, record);
  }
  frame.end();
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
  else countImage(coverage, graph, catalog);
}

function countImage(coverage: Coverage, graph: ImageGraph, catalog: ReadonlyMap<string, EntryRecord>): void {
  const roles = [...graph.uses.values()].map((uses) => uses.map((use) => use.role));
  coverage.layers = roles.filter((of) => of.includes('layer')).length;
  coverage.configs = roles.filter((of) => of.includes('config')).length;
  coverage.attestations = graph.attestations;
  coverage.platforms = [...new Set(graph.images.flatMap((image) => image.platform ?? []))];
  coverage.unreferenced = [...catalog.keys()].filter(
    (path) => path.startsWith('blobs/') && !graph.uses.has(path),
  ).length;
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

function identityOf(graph: ImageGraph | undefined): Identity {
  const manifests = (graph?.images ?? []).map(({ platform, digest, configDigest, layers, history }) => ({
    ...(platform === undefined ? {} : { platform }),
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
