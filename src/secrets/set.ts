import type { Finding } from '../finding.ts';
import type { DeclaredSource } from './fetch/declared.ts';
import type { FetchedFact } from './fetch/gather.ts';
import type { Trouble } from './fetch/trouble.ts';
import type { Origin, Secret } from './secret.ts';

/** A name that was looked at and is no secret. Its value is not kept. */
export interface Setting {
  name: string;
  origin: Origin;
  /** Why it counts as a setting, in words for a person. */
  reason: string;
}

/** A secret whose effective value is empty: an error only if the build needs it (`SECRET_EMPTY`). */
export interface EmptySecret {
  name: string;
  origin: Origin;
}

/** Every secret of one build, and what was decided about everything else that was looked at. */
export interface SecretSet {
  /**
   * Every distinct value: effective ones first, then those that a stronger source shadows, then parts.
   *
   * Weak ones are in here too. A search goes through those whose `weak` is undefined and reports the others by name.
   */
  readonly secrets: readonly Secret[];
  /** Those of `secrets` that cannot be searched for, and why. */
  readonly weak: readonly Secret[];
  /** Names whose effective value is empty. */
  readonly empty: readonly EmptySecret[];
  readonly settings: readonly Setting[];
  /**
   * Names that the user means this build to have: by an env file, a flag or the Dockerfile itself.
   *
   * What only the environment holds is searched for, and not handed to a step that merely names it.
   */
  readonly offered: ReadonlySet<string>;
  /** What a person should know, e.g. that others on this machine can read a secrets file. */
  readonly notes: readonly Finding[];
  /** Ids of `--secret` flags whose pipe has been read: their value must be handed over another way than by the flag. */
  readonly usedUp: readonly string[];
  /** What was fetched, by name. */
  readonly fetched: ReadonlyMap<string, FetchedFact>;
  /** Names that have a source of which nothing was fetched: the values are not known, and not searched for. */
  readonly unfetched: readonly DeclaredSource[];
  /** Sources that gave nothing; only where the caller asked for them instead of an error. */
  readonly troubles: readonly Trouble[];
  /** The effective value, which a mount gets, also of a part. Two names may share one value. */
  get(name: string): Secret | undefined;
  /** Names of all effective secrets, without parts, in the order in which they were found. */
  names(): readonly string[];
}
