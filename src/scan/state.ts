import type { Artifact } from '../finding.ts';
import type { MemberPaths } from '../image/index.ts';
import { addDamage, addNotOpened, type Coverage, type EntryCoverage, emptyCoverage, joinCoverage } from './coverage.ts';
import type { Detectors } from './detectors/index.ts';
import { HitLog, type Step } from './hit.ts';
import type { Limits } from './limits.ts';
import { mask } from './mask.ts';
import type { Search } from './search.ts';
import type { Turn } from './turns.ts';

/** Something that was not looked at whole: the image must not be called clean. */
export interface Incomplete {
  /** Entry and path inside it, or what the image calls it; secret values masked. */
  where: string;
  why: string;
  /** The file of the image or artifact in which it is; masked. Absent where it is no part of one file. */
  file?: string;
}

/** What taking off an entry's own compression and tar tells about it. */
export interface Outermost {
  containers: string[];
  /** `sha256:…` of what came out of each compression, outermost first. Absent where that was not read whole. */
  decodedDigests: (string | undefined)[];
  members: MemberPaths;
  /** What came out of a compression waits for it. */
  turn?: Turn | undefined;
}

/** Where a stream of bytes comes from. */
export interface Place {
  entry: string;
  steps: readonly Step[];
  /** Set while only the entry's own wrapping has been taken off, as with the tar of a layer. */
  outermost?: Outermost;
  /** In the middle of a file that is no archive: what looks like one may be there by chance, or in pieces. */
  loose?: boolean;
  /** Only searched: what is in it is opened from elsewhere. */
  plain?: boolean;
}

/** What all streams of one entry share, and what a scan has gathered of all its entries. */
export class ScanState {
  readonly search: Search;
  readonly limits: Limits;
  readonly coverage: Coverage;
  readonly hits: HitLog;
  /** Entries of the source are the user's own files, not blobs of an image. */
  entriesAreFiles = false;
  /** What is searched, when it is no image. */
  artifact: Artifact | undefined;
  /** Set when secrets that nobody declared are looked for, too. */
  detectors: Detectors | undefined;
  readonly #incomplete = new Map<string, Incomplete>();
  /** Of all entries of the scan. */
  readonly #total: { decodedBytes: number };

  constructor(search: Search, limits: Limits, coverage: Coverage, total = { decodedBytes: 0 }) {
    this.search = search;
    this.limits = limits;
    this.coverage = coverage;
    this.hits = new HitLog(limits.maxFindings);
    this.#total = total;
  }

  /** A state for one entry alone, so that it can be told what came of it, and in which order. Only limits are shared. */
  forEntry(): ScanState {
    const state = new ScanState(this.search, this.limits, emptyCoverage(), this.#total);
    state.entriesAreFiles = this.entriesAreFiles;
    state.artifact = this.artifact;
    state.detectors = this.detectors;
    return state;
  }

  /** Takes over what an entry's state has gathered. */
  join(entry: ScanState): void {
    this.addCoverage(entry.coverage);
    this.hits.join(entry.hits);
    for (const [key, incomplete] of entry.#incomplete) this.#incomplete.set(key, incomplete);
  }

  addCoverage(coverage: EntryCoverage): void {
    joinCoverage(this.coverage, coverage);
  }

  /** Counts bytes that came out of a wrapper; false when they are more than the whole scan may decode. */
  countDecoded(bytes: number): boolean {
    this.coverage.decodedBytes += bytes;
    this.#total.decodedBytes += bytes;
    return this.#total.decodedBytes <= this.limits.maxTotalBytes;
  }

  get incomplete(): Incomplete[] {
    return [...this.#incomplete.values()];
  }

  /** `where` is masked here, as names in an image may hold values. */
  addIncomplete(where: string, why: string, file?: string): void {
    const masked = mask(where, this);
    const inFile = file === undefined ? {} : { file: mask(file, this) };
    this.#incomplete.set(`${masked}\n${why}`, { where: masked, why, ...inFile });
  }

  /** The same of a place: the project may accept it of a file. */
  addIncompleteAt(place: Place, why: string): void {
    this.addIncomplete(describePlace(place), why, this.#fileOf(place));
  }

  #fileOf({ entry, steps }: Place): string | undefined {
    const member = this.entriesAreFiles ? entry : steps.find((step) => step.member !== undefined)?.member;
    return member?.replace(/^(?:\.?\/)+/, '');
  }

  /** A wrapper at `place` that is only searched from the outside. */
  addNotOpened(place: Place, kind: string): void {
    addNotOpened(this.coverage, kind, () => mask(describePlace(place), this));
  }

  /**
   * Something at `place` is broken.
   *
   * A broken layer or blob is incomplete. A broken file inside a layer is the project's own business (test data is often
   * broken on purpose), as long as everything that any tool could decode from it was searched; `lost` says that it was not.
   * That is no matter where nothing says that it is an archive.
   */
  addDamage(place: Place, why: string, lost: boolean): void {
    if (place.outermost !== undefined || (lost && place.loose !== true)) this.addIncompleteAt(place, why);
    else addDamage(this.coverage, mask(describePlace(place), this), why);
  }
}

/** `blobs/sha256/… › app/data.tar.gz › config.json`, for people. */
export function describePlace({ entry, steps }: Place): string {
  return [entry, ...steps.flatMap((step) => step.member ?? [])].join(' › ');
}
