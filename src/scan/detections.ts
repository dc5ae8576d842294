import type { Range } from '../finding.ts';
import type { Located } from './containers/index.ts';
import {
  type Detection,
  type Detectors,
  isLoginFile,
  judgePlace,
  loginFile,
  longestLoginFile,
} from './detectors/index.ts';
import type { Hit, Step } from './hit.ts';
import type { MatchStream } from './matcher/index.ts';
import type { Place, ScanState } from './state.ts';

/** Where a detection is, in words of a hit. */
type HitPlace = Omit<Hit, 'secret' | 'form' | 'detected'>;

/** More are only possible when somebody fills a file with a secret; then one of them is told in any case. */
const mostDeclared = 100_000;

/**
 * Looks for secrets that nobody declared in one stream, beside the search for those that somebody did.
 *
 * A declared secret says more, so that a detection which overlaps one is not told; that is known at the end of the stream.
 */
export class Detections {
  readonly #state: ScanState;
  readonly #stream: MatchStream;
  readonly #found: { range: Range; hit: Hit }[] = [];
  readonly #declared: Range[] = [];
  readonly #tell: (detection: Detection) => void;
  /** The stream is a file with this path, whose content says whether it holds a login; it is short. */
  readonly #login: string | undefined;
  #head: Uint8Array = new Uint8Array(0);

  constructor(state: ScanState, detectors: Detectors, place: Place, locate: (offset: number) => Located) {
    this.#state = state;
    const own = fileOf(state, place);
    this.#login = own !== undefined && isLoginFile(own) ? own : undefined;
    this.#tell = (detection) => {
      const { steps, ...located } = locate(detection.start);
      const at = { entry: place.entry, ...located, steps: [...place.steps, ...steps] };
      this.#found.push({ range: detection, hit: detectedHit(state, detection, at) });
    };
    this.#stream = detectors.stream(this.#tell);
  }

  /** A declared secret was seen there. */
  declared(range: Range): void {
    if (this.#declared.length < mostDeclared) this.#declared.push(range);
  }

  push(chunk: Uint8Array): void {
    this.#stream.push(chunk);
    if (this.#login !== undefined && this.#head.length <= longestLoginFile)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, longestLoginFile + 1)]);
  }

  /** To be called after the last declared secret was told. */
  end(): void {
    this.#stream.end();
    if (this.#login !== undefined && this.#head.length <= longestLoginFile)
      for (const detection of loginFile(this.#login, this.#head)) this.#tell(detection);
    for (const { range, hit } of this.#found.splice(0))
      if (!this.#declared.some((other) => overlap(other, range))) this.#state.hits.add(hit);
  }
}

/** The same in bytes that are at hand: a string of a JSON document. */
export function addDetections(state: ScanState, bytes: Uint8Array, declared: readonly Range[], place: HitPlace): void {
  for (const detection of state.detectors?.detect(bytes) ?? [])
    if (!declared.some((other) => overlap(other, detection)))
      state.hits.add(detectedHit(state, detection, { ...place, offset: detection.start }));
}

function overlap(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}

function detectedHit(state: ScanState, detection: Detection, place: HitPlace): Hit {
  const { detector, title, confidence } = judgePlace(detection, pathOf(state, place));
  const level = confidence === 'high' ? 'error' : 'warning';
  return { ...place, secret: `detected:${detector}`, form: 'raw', detected: { id: detector, title, level } };
}

/** The file that a stream is; undefined for a layer, and for what came out of a compression without a name. */
function fileOf({ entriesAreFiles }: ScanState, { entry, steps }: Place): string | undefined {
  return steps.length === 0 && entriesAreFiles ? entry : steps.at(-1)?.member;
}

/** The file, and before it the archives that it lies in; from the root of the image or artifact. */
function pathOf({ entriesAreFiles }: ScanState, { entry, steps }: { entry: string; steps: readonly Step[] }): string {
  const members = [...(entriesAreFiles ? [entry] : []), ...steps.flatMap(({ member }) => member ?? [])];
  return members.map((path) => path.replace(/^(?:\.?\/)+/, '')).join(' › ');
}
