import type { Change, Finding } from '../finding.ts';
import { fetchChanges } from './add-fetch.ts';
import type { Rule, RuleContext } from './context.ts';
import { undecided } from './env-decision.ts';
import { type Carrier, type Flow, flowOf } from './flow.ts';
import { mountOn, variableMount } from './mounts.ts';
import { obstacleOf } from './obstacles.ts';
import { argSecretPage } from './pages/arg-secret.ts';
import { at, linesOf } from './place.ts';

/** ARG hands a secret to the build. */
export const argSecret: Rule = {
  id: 'arg-secret',
  title: 'A secret is handed to the build as ARG',
  why: 'The value of a build argument is written into the history of the image for every RUN behind the ARG, whether the RUN uses it or not, and into the provenance and the metadata file of the build. Everyone who can pull the image can read it. A secret mount gives the value to one RUN and leaves nothing behind.',
  explanation: argSecretPage,
  check(context) {
    const flow = flowOf(context);
    const args = flow.carriers
      .filter(({ keyword }) => keyword === 'ARG')
      .map((carrier) => finding(context, flow, carrier));
    return [
      ...args,
      ...flow.keptDefaults.map(({ variable, instruction }) => keptDefault(context, variable, instruction)),
    ];
  },
};

function finding(context: RuleContext, flow: Flow, carrier: Carrier): Finding {
  const { variable, secret } = carrier;
  const base = { rule: argSecret.id, level: 'error' as const, secret, location: at(context, carrier.instruction) };
  const own = obstacleOf(context, carrier);
  if (own) return { ...base, ...own, needsPerson: true };
  const waiting = fedBy(flow, carrier).find((other) => isOpen(context, other));
  const message = carrier.literal
    ? `The default of ARG ${variable} is a secret, and ends up in the image's history.`
    : `ARG ${variable} writes a secret into the image's history.`;
  if (waiting) {
    return {
      ...base,
      message,
      remedy: `Decide about ${linesOf(context, [waiting.instruction])} first: it uses this ARG.`,
    };
  }
  const readers = carrier.readers.map(({ instruction }) => instruction);
  return { ...base, message, remedy: remedyOf(context, flow, carrier, readers), fix: fixOf(context, carrier, readers) };
}

function fixOf(context: RuleContext, carrier: Carrier, readers: readonly number[]): NonNullable<Finding['fix']> {
  const { variable, secret } = carrier;
  const changes: Change[] = [
    { kind: 'remove-pair', instruction: carrier.instruction, pair: carrier.pair },
    ...fetchChanges(context, readers),
    ...mountOn(readers, variableMount(secret, variable)),
  ];
  const title =
    readers.length > 0 ? `Mount ${secret} on the RUNs that use it, and remove the ARG.` : `Remove ARG ${variable}.`;
  return { title, changes, dropBuildArgs: [variable] };
}

function remedyOf(context: RuleContext, flow: Flow, carrier: Carrier, readers: readonly number[]): string {
  const rotate = carrier.literal ? ' Rotate it: it is in the history of the Dockerfile.' : '';
  if (readers.length > 0) return `Mount it on ${linesOf(context, readers)} instead.${rotate}`;
  const fed = (flow.fed.get(carrier) ?? []).map(({ instruction }) => instruction);
  const why = fed.length > 0 ? `what uses it on ${linesOf(context, fed)} gets mounts` : 'no RUN was found that uses it';
  return `Remove it: ${why}.${rotate}`;
}

function keptDefault(context: RuleContext, variable: string, instruction: number): Finding {
  return {
    rule: argSecret.id,
    level: 'note',
    secret: variable,
    message: `ARG ${variable} keeps its default: nothing hands the secret of that name to the build.`,
    remedy: `Pass --build-arg ${variable} if the build is to use it; safebuild then mounts it.`,
    location: at(context, instruction),
  };
}

/** The carriers that take their value from this one, over any number of steps, in the order of the file. */
function fedBy(flow: Flow, carrier: Carrier): Carrier[] {
  const found = new Set<Carrier>();
  const open = [carrier];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const other of flow.fed.get(next) ?? []) {
      if (!found.has(other)) open.push(other);
      found.add(other);
    }
  }
  return [...found].sort((a, b) => a.instruction - b.instruction || a.pair - b.pair);
}

function isOpen(context: RuleContext, carrier: Carrier): boolean {
  return obstacleOf(context, carrier) !== undefined || undecided(context, carrier);
}
