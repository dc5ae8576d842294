import type { SafebuildError } from '../../errors.ts';
import { type Origin, Secret } from '../secret.ts';

/**
 * How strong a source is: the effective value of a name is that of the lowest number.
 *
 * What stands on the command line beats what the project's configuration says (`from`), this the project's own env files,
 * and those what the user's own configuration says for all projects (`userFrom`), and the Dockerfile. The environment is
 * last but one: a repository that somebody cloned must not get a variable of theirs by listing its name in a `.env`. Whoever
 * wants it says so, with a bare `--build-arg NAME` or `--secret-from NAME=env:NAME`.
 */
export const precedence = {
  flag: 0,
  secretFrom: 1,
  envFileFlag: 2,
  from: 3,
  envFile: 4,
  userFrom: 5,
  dockerfile: 6,
  environment: 7,
  contextFile: 8,
} as const;

/** A value that a source offers under a name. Already sealed: what is not yet judged must not be printed either. */
export interface Candidate {
  /** Lower wins; of equals the later. */
  rank: number;
  /** Its reason is empty until the value is judged, unless the source itself knows that it is a secret. */
  secret: Secret;
  /** True when no rule needs to judge: `--secret`, a line of `.npmrc`. */
  certain: boolean;
  /** An empty value is meant, and handed over. */
  allowEmpty?: boolean;
  /** Why the value could not be read; then `secret` has none. */
  failure?: SafebuildError;
}

/** What a source that cannot know the difference between secret and setting offers. */
export function unjudged(name: string, value: string | Uint8Array, origin: Origin, rank: number): Candidate {
  return { rank, certain: false, secret: new Secret({ name, value: Buffer.from(value), origin, reason: '' }) };
}
