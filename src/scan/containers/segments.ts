import { attributesOf, type RawAttributes } from '../../image/index.ts';
import type { Step } from '../hit.ts';
import type { Located, StoredMember } from './container.ts';

/** Where a member lies in its archive's stream. */
export interface Segment {
  container: string;
  path: string;
  /** Its headers begin here, its body at `dataStart`; `dataEnd` is exclusive. */
  start: number;
  dataStart: number;
  dataEnd: number;
  /** As the member's header has them. */
  attributes?: RawAttributes;
  /** Set when the member is itself being opened. */
  inner?: StoredMember;
}

const trimEvery = 1024;

/** The newest members of an archive that streams by, to say what lies at an offset. */
export class Segments {
  readonly #reach: number;
  readonly #segments: Segment[] = [];

  /** `reach`: how far back, in bytes, `locate` is going to be asked. */
  constructor(reach: number) {
    this.#reach = reach;
  }

  add(segment: Segment): void {
    this.#segments.push(segment);
    if (this.#segments.length % trimEvery !== 0) return;
    const oldest = segment.start - this.#reach;
    const keep = this.#segments.findIndex((known) => known.dataEnd > oldest);
    this.#segments.splice(0, keep);
  }

  locate(offset: number): Located {
    const segment = this.#at(offset);
    // behind a member, and before the first one, are bytes of the archive itself
    if (segment === undefined || offset >= Math.max(segment.dataStart, segment.dataEnd)) return { steps: [], offset };
    if (offset < segment.dataStart) return headerOf(segment);
    const step = stepOf(segment);
    const inner = segment.inner?.locate(offset - segment.dataStart);
    if (inner === undefined) return { steps: [step], offset: offset - segment.dataStart };
    return { ...inner, steps: [step, ...inner.steps] };
  }

  /** The last segment that starts at or before the offset. */
  #at(offset: number): Segment | undefined {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#segments[middle]!.start <= offset) low = middle + 1;
      else high = middle;
    }
    return this.#segments[low - 1];
  }
}

function headerOf(segment: Segment): Located {
  return { steps: [stepOf(segment)], offset: 0, header: true };
}

function stepOf({ container, path, attributes }: Segment): Step {
  const file = attributes && attributesOf(attributes);
  return { container, member: path, ...(file === undefined ? {} : { file }) };
}
