import { isBuildOnly } from '../ecosystems/index.ts';
import type { RuleContext } from './context.ts';
import type { Carrier } from './flow.ts';
import { inImage } from './place.ts';

/** What may be done with an ENV that carries a secret. */
export type Decision =
  /** Its stage is not part of the image: only RUNs can need it. */
  | 'not-in-image'
  /** Only the build needs it: by answer, or by what the variable is for. */
  | 'build'
  /** The running program needs it, by answer. */
  | 'runtime'
  /** Nobody has said. */
  | 'open';

/** Decides what an ENV's secret is needed for, without guessing. */
export function decide(context: RuleContext, carrier: Carrier): Decision {
  if (carrier.stage && !inImage(context, carrier.stage)) return 'not-in-image';
  const answer = context.secrets.needed(carrier.variable) ?? context.secrets.needed(carrier.secret);
  if (answer) return answer;
  const families = carrier.readers.flatMap((reader) => reader.families);
  if (carrier.namedAtRuntime.length === 0 && isBuildOnly(carrier.variable, families)) return 'build';
  return 'open';
}

/** Whether a person must say what the carrier's secret is needed for. */
export function undecided(context: RuleContext, carrier: Carrier): boolean {
  return carrier.keyword === 'ENV' && decide(context, carrier) === 'open';
}
