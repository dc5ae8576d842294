import type { Level } from '../finding.ts';
import { echoesOfText, isEncoding } from './encoded-echoes.ts';
import { partialForm } from './forms/index.ts';
import type { Match } from './search.ts';
import { type Step, wayOf } from './step.ts';

export { type Step, wayOf } from './step.ts';

/** A value at a place of an entry. */
export interface Hit {
  secret: string;
  /** Name of the encoding, `raw` for none. */
  form: string;
  entry: string;
  steps: readonly Step[];
  /** In the innermost decoded file; absent where that says nothing. */
  offset?: number;
  /** In a header of an archive (a member's name, owner, link target, attribute), not in a file's content. */
  header?: boolean;
  /** JSON pointer of the string that holds it, and what was decoded inside that string. */
  pointer?: string;
  decoded?: readonly string[];
  /** Set for a secret that nobody declared; `secret` is then `detected:ID`, so that hits of one kind are told once. */
  detected?: Detected;
}

/** What a detector recognised. */
export interface Detected {
  id: string;
  /** For people: `a private key`. */
  title: string;
  level: Level;
}

/** Hits of one secret at one place, told once. */
export interface HitGroup {
  /** The first of them; a raw one when there is any. */
  hit: Hit;
  /** All forms seen there. */
  forms: Set<string>;
  count: number;
}

/** Gathers hits, one group for each secret and place; bounded, and counting what it leaves out. */
export class HitLog {
  readonly #maxPerEntry: number;
  readonly #groups = new Map<string, Map<string, HitGroup>>();
  #left = 0;
  #grave = false;

  constructor(maxPerEntry: number) {
    this.#maxPerEntry = maxPerEntry;
  }

  /** Whether there was any that is more than worth a look, also one that was dropped, or any for which there was no room. */
  get grave(): boolean {
    return this.#grave || this.#left > 0;
  }

  /** Hits for which no group was left. */
  get leftOut(): number {
    return this.#left;
  }

  add(hit: Hit): void {
    if (hit.detected?.level !== 'warning') this.#grave = true;
    const groups = this.#groups.get(hit.entry) ?? new Map<string, HitGroup>();
    this.#groups.set(hit.entry, groups);
    const key = keyOf(hit);
    const group = groups.get(key);
    if (group !== undefined) join(group, hit);
    else if (groups.size < this.#most(hit)) groups.set(key, { hit, forms: new Set([hit.form]), count: 1 });
    else this.#left++;
  }

  /**
   * Drops what the other hits of an entry say more exactly: hits in the text of a JSON document whose strings show them
   * too, and hits in compressed bytes (which may hold pieces of the content as they are) of what was decoded. Headers are no content.
   */
  dropEchoes(entry: string): void {
    const groups = this.#groups.get(entry);
    if (groups === undefined) return;
    for (const key of echoesOfText(groups)) groups.delete(key);
    const explained = new Set<string>();
    for (const { hit } of groups.values()) {
      if (hit.pointer !== undefined) explained.add(echoKey(hit.secret, []));
      hit.steps.forEach((step, index) => {
        // a text says more than what is encoded in it
        if (step.member === undefined && !isEncoding(step))
          explained.add(echoKey(hit.secret, hit.steps.slice(0, index)));
      });
    }
    for (const [key, { hit }] of groups)
      if (hit.pointer === undefined && hit.header !== true && explained.has(echoKey(hit.secret, hit.steps)))
        groups.delete(key);
  }

  /** Drops from the frame of an artifact, which has no paths, what the names of its entries show. */
  dropFrameEchoes(): void {
    const frame = this.#groups.get('');
    if (frame === undefined) return;
    const named = new Set<string>();
    for (const { hit } of this.groups())
      if (hit.entry !== '' && hit.header === true && hit.steps.length === 0) named.add(hit.secret);
    for (const [key, { hit }] of frame) if (named.has(hit.secret)) frame.delete(key);
  }

  /** Detections leave room for what somebody declared. */
  #most(hit: Hit): number {
    return hit.detected === undefined ? this.#maxPerEntry : this.#maxPerEntry / 2;
  }

  /** Takes over the hits of another log. */
  join(other: HitLog): void {
    this.#grave ||= other.#grave;
    this.#left += other.#left;
    for (const [entry, groups] of other.#groups) {
      const known = this.#groups.get(entry);
      if (known === undefined) this.#groups.set(entry, groups);
      // a tar may hold a path twice
      else for (const [key, group] of groups) known.set(known.has(key) ? `${key} again ${known.size}` : key, group);
    }
  }

  /** Takes a group that another log had. */
  restore(group: HitGroup): void {
    this.add(group.hit);
    const own = this.#groups.get(group.hit.entry)?.get(keyOf(group.hit));
    if (own !== undefined) Object.assign(own, { forms: new Set(group.forms), count: group.count });
  }

  *groups(): Generator<HitGroup> {
    for (const groups of this.#groups.values()) yield* groups.values();
  }
}

function join(group: HitGroup, hit: Hit): void {
  // A part stands wherever the whole does, and is told only where there is no more.
  const [partial, onlyPartial] = [hit.form === partialForm, group.hit.form === partialForm];
  if (partial && !onlyPartial) return;
  if (onlyPartial && !partial) {
    Object.assign(group, { hit, forms: new Set([hit.form]), count: 1 });
    return;
  }
  group.count++;
  group.forms.add(hit.form);
  if (group.hit.form !== 'raw' && hit.form === 'raw') group.hit = hit;
}

function keyOf({ secret, steps, header, pointer, decoded }: Hit): string {
  return JSON.stringify([secret, wayOf(steps), header === true, pointer, decoded]);
}

function echoKey(secret: string, steps: readonly Step[]): string {
  return JSON.stringify([secret, wayOf(steps)]);
}

/** The hit that a match is, at a place that is already known. */
export function hitAt(match: Match, place: Omit<Hit, 'secret' | 'form'>): Hit {
  return { ...place, secret: match.secret, form: match.form };
}
