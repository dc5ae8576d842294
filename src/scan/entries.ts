import { availableParallelism } from 'node:os';
import type { EntryRecord, ImageEntry, ImageSource, SourceObserver } from '../image/index.ts';
import { hitAt } from './hit.ts';
import type { ScanState } from './state.ts';
import { Turns } from './turns.ts';
import { recallOrScan, type Verdicts } from './verdicts/index.ts';

/** Inflating runs on Node's thread pool: with some entries at work there is always one to search. More would only be memory. */
const mostAtOnce = Math.min(availableParallelism(), 4);

/** Entries of one batch begin with the largest, so that no large one is left for the end. */
const batchEntries = 256;

export interface EntriesOptions {
  signal?: AbortSignal | undefined;
  /** Of entries that were found clean before. */
  verdicts?: Verdicts | undefined;
  /** Called for every chunk that was read. */
  onProgress?: ((progress: { entries: number; storedBytes: number }) => void) | undefined;
}

/**
 * Searches all entries of a source, several at the same time where it can read them so, and adds to `state` what they gave in
 * the order of the source: the result is the same whichever of them was ready first.
 */
export async function searchEntries(
  source: ImageSource,
  state: ScanState,
  options: EntriesOptions,
): Promise<Map<string, EntryRecord>> {
  const catalog = new Map<string, EntryRecord>();
  const { coverage } = state;
  const onBytes = (bytes: number): void => {
    options.signal?.throwIfAborted();
    coverage.storedBytes += bytes;
    options.onProgress?.({ entries: coverage.entries, storedBytes: coverage.storedBytes });
  };
  const frame = new Frame(state);
  const turns = new Turns();
  const atOnce = source.independent === true ? mostAtOnce : 1;
  for await (const batch of batches(source.entries(frame), atOnce === 1 ? 1 : batchEntries)) {
    const searched = await inParallel(batch, atOnce, async (entry) => {
      options.signal?.throwIfAborted();
      coverage.entries++;
      const own = state.forEntry();
      const turn = turns.begin(entry.size);
      const heard = (bytes: number): void => {
        turn.left -= bytes;
        onBytes(bytes);
      };
      const scanned = recallOrScan(own, entry, { holds: source.holds, onBytes: heard, turn }, options.verdicts);
      const record = await scanned.finally(() => turn.end());
      if (source.holds === 'files') searchName(own, record);
      return { own, record };
    });
    for (const { own, record } of searched) {
      state.join(own);
      // a tar may hold a path twice; readers take the last, and both were searched
      if (catalog.has(record.path) && source.holds === 'image')
        state.addIncomplete(record.path, 'the archive holds it twice');
      catalog.set(record.path, record);
    }
  }
  frame.end();
  if (source.holds === 'files') state.hits.dropFrameEchoes();
  return catalog;
}

/** The frame holds the names too, but cannot say whose they are. */
function searchName(state: ScanState, { path, link = '' }: EntryRecord): void {
  for (const match of state.search.matches(Buffer.from(`${path}\n${link}`)))
    state.hits.add(hitAt(match, { entry: path, steps: [], header: true }));
}

/** Names and headers of the outer archive, searched as one stream without an entry. */
class Frame implements SourceObserver {
  readonly #state: ScanState;
  readonly #own: ScanState;
  readonly #matches: ReturnType<ScanState['search']['stream']>;

  constructor(state: ScanState) {
    this.#state = state;
    this.#own = state.forEntry();
    const { hits } = this.#own;
    this.#matches = state.search.stream((match) => hits.add(hitAt(match, { entry: '', steps: [], header: true })));
  }

  frame(bytes: Uint8Array): void {
    this.#matches.push(bytes);
  }

  problem(where: string, why: string): void {
    this.#own.addIncomplete(where, why);
  }

  end(): void {
    this.#matches.end();
    this.#state.join(this.#own);
  }
}

async function* batches(entries: AsyncIterable<ImageEntry>, size: number): AsyncGenerator<ImageEntry[]> {
  let batch: ImageEntry[] = [];
  for await (const entry of entries) {
    batch.push(entry);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Results in the order of `entries`. After a rejection nothing new begins, and it is told when what had begun is over. */
async function inParallel<T>(
  entries: readonly ImageEntry[],
  atOnce: number,
  run: (entry: ImageEntry) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  const waiting = [...entries.keys()].sort((a, b) => entries[b]!.size - entries[a]!.size || a - b);
  const work = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      try {
        results[index] = await run(entries[index]!);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, entries.length) }, work));
  for (const { reason } of ended.filter((one) => one.status === 'rejected')) throw reason;
  return results;
}
