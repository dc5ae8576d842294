import { type Magic, magics } from './magics.ts';
import { type PairSearch, pairSearch } from './pair-search.ts';
import type { Pattern } from './pattern-module.ts';

/** The level stands between the magic of bzip2 and that of its first block, which is searched for. */
const pairBytes: ReadonlyMap<string, string> = new Map([['BZh', 'BZh91AY&SY']]);

const patternOf = ({ kind, bytes, pairAt, group }: Magic): Pattern => {
  const text = pairBytes.get(bytes) ?? bytes;
  const [first, second] = [text.charCodeAt(pairAt), text.charCodeAt(pairAt + 1)];
  return { bytes, pairAt, group, first, second, deflated: kind === 'zlib' };
};

/** What is searched for. */
export const patterns = magics.map(patternOf);

const byPair = new Map<number, Magic[]>();
patterns.forEach(({ first, second }, index) => {
  const pair = first * 256 + second;
  byPair.set(pair, [...(byPair.get(pair) ?? []), magics[index]!]);
});

/** So much is searched before a module is made, which takes as long: what a small image holds besides texts. */
const worthModule = 256 * 1024;

let plain: PairSearch | undefined;
let vector: PairSearch | undefined;
let searched = 0;

function searchOf(bytes: number): PairSearch {
  if (vector !== undefined) return vector;
  searched += bytes;
  if (searched > worthModule) {
    vector = pairSearch(patterns);
    return vector;
  }
  plain ??= pairSearch(patterns, 'plain');
  return plain;
}

/** The end of the last pair of a magic, from the magic's first byte. */
const reachBytes = 10;

export interface FoundMagic {
  magic: Magic;
  /** Of its first byte. */
  at: number;
  /** Where to go on when it is none after all. */
  next: number;
}

/** The next magic that holds and starts from `from`, below `to`; `next` is where a search before this one stopped. */
export function nextMagic(bytes: Buffer, from: number, to: number, next = from): FoundMagic | undefined {
  const end = Math.min(bytes.length, to + reachBytes);
  const search = searchOf(Math.max(0, end - next));
  for (let pair = search.find(bytes, next, end); pair >= 0; pair = search.find(bytes, pair + 1, end)) {
    for (const magic of byPair.get(bytes[pair]! * 256 + bytes[pair + 1]!) ?? []) {
      const at = pair - magic.pairAt;
      if (at < from || at >= to || !standsAt(bytes, at, magic.bytes) || !magic.holds(bytes, at)) continue;
      return { magic, at, next: pair + 1 };
    }
  }
  return undefined;
}

function standsAt(bytes: Buffer, at: number, magic: string): boolean {
  for (let index = 0; index < magic.length; index++) if (bytes[at + index] !== magic.charCodeAt(index)) return false;
  return true;
}
