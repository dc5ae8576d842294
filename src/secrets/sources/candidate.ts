import { type Origin, Secret } from '../secret.ts';

/**
 * How strong a source is: the effective value of a name is that of the lowest number.
 *
 * Flags beat files named on the command line, these the project's own files, those the Dockerfile. The environment is last
 * but one: a repository that somebody cloned must not get a variable of theirs by listing its name in a `.env`. Whoever wants
 * it says so, with a bare `--build-arg NAME`.
 */
export const precedence = {
  flag: 0,
  envFileFlag: 1,
  envFile: 2,
  dockerfile: 3,
  environment: 4,
  contextFile: 5,
} as const;

/** A value that a source offers under a name. Already sealed: what is not yet judged must not be printed either. */
export interface Candidate {
  /** Lower wins; of equals the later. */
  rank: number;
  /** Its reason is empty until the value is judged, unless the source itself knows that it is a secret. */
  secret: Secret;
  /** True when no rule needs to judge: `--secret`, a line of `.npmrc`. */
  certain: boolean;
}

/** What a source that cannot know the difference between secret and setting offers. */
export function unjudged(name: string, value: string | Uint8Array, origin: Origin, rank: number): Candidate {
  return { rank, certain: false, secret: new Secret({ name, value: Buffer.from(value), origin, reason: '' }) };
}
