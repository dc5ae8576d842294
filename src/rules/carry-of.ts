import type { Carry } from './carry.ts';
import { editCarry } from './carry-edit.ts';
import { fileCarry, writingOf } from './carry-file.ts';
import { loginCarry } from './carry-login.ts';
import type { RuleContext } from './context.ts';
import { givesValue, seatOf } from './output.ts';
import { leaves } from './place.ts';
import type { Run, Use } from './runs.ts';

/**
 * How what a RUN keeps of a secret is moved to where it is used, and kept nowhere; undefined where a person must say.
 *
 * What stays in a stage that does not leave the machine stays as it is.
 */
export function carryOf(context: RuleContext, run: Run, use: Use, secret: string): Carry | undefined {
  const carries = cache.get(context) ?? new Map<Use, { secret: string; carry: Carry | undefined }>();
  cache.set(context, carries);
  const known = carries.get(use);
  if (known?.secret === secret) return known.carry;
  const carry = findCarry(context, run, use, secret);
  carries.set(use, { secret, carry });
  return carry;
}

/** Several rules ask for the same. */
const cache = new WeakMap<RuleContext, Map<Use, { secret: string; carry: Carry | undefined }>>();

function findCarry(context: RuleContext, run: Run, use: Use, secret: string): Carry | undefined {
  if (use.nested || !givesValue(run, use) || !isTaken(context, run, use)) return undefined;
  // A command cannot move without its heredoc.
  if (seatOf(run, use.range) !== use.range) return undefined;
  return (
    loginCarry(context, run, use, context.secrets.needed(secret)) ??
    fileCarry(context, run, use) ??
    editCarry(context, run, use)
  );
}

/** Whether what the RUN keeps leaves the machine: with its stage, or with a folder that another stage copies. */
export function isTaken(context: RuleContext, run: Run, use: Use): boolean {
  const stage = context.dockerfile.stages[run.instruction.stage ?? -1];
  if (!stage || leaves(context, stage)) return true;
  const found = writingOf(context, run, use)?.use;
  return found !== undefined && (found.takenAlong || found.takenBy.length > 0);
}
