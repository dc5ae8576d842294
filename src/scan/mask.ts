import type { Range } from '../finding.ts';
import type { Detectors } from './detectors/index.ts';
import { withRest } from './rest.ts';
import type { Search } from './search.ts';

const shown = '***';

/** What must not be shown: the values of a search, and what detectors recognise. */
export interface Hidden {
  search: Search;
  detectors?: Detectors | undefined;
}

/**
 * A text from the image with every form of every searched secret, every weak value, and every secret that a detector
 * recognises replaced by `***`, whole also where only a piece of it is searched for.
 *
 * For paths, history and labels: what names a leak often holds the value itself.
 */
export function mask(text: string, { search, detectors }: Hidden): string {
  const bytes = Buffer.from(text);
  const matches = search.matches(bytes).map((match) => withRest(bytes, match));
  const ranges = [...matches, ...(detectors?.detect(bytes) ?? [])];
  return search.hideWeak(ranges.length === 0 ? text : without(bytes, ranges), shown);
}

function without(bytes: Buffer, ranges: Range[]): string {
  let masked = '';
  let at = 0;
  for (const { start, end } of ranges.sort((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    if (start >= at) masked += bytes.toString('utf8', at, start) + shown;
    at = end;
  }
  return masked + bytes.toString('utf8', at);
}
