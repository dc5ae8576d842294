import type { Finding } from '../finding.ts';
import { fetchChanges } from './add-fetch.ts';
import type { Rule, RuleContext } from './context.ts';
import { type Decision, decide, undecided } from './env-decision.ts';
import { type Carrier, flowOf } from './flow.ts';
import { mountOn, variableMount } from './mounts.ts';
import { obstacleOf } from './obstacles.ts';
import { envSecretPage } from './pages/env-secret.ts';
import { at, linesOf } from './place.ts';
import { yamlKey } from './yaml.ts';

/** ENV writes a secret into the image. */
export const envSecret: Rule = {
  id: 'env-secret',
  title: 'A secret is written into the image as ENV',
  why: 'ENV is part of the configuration of the image: docker inspect shows it, every process in every container gets it, and every image built on this one inherits it. A secret that only the build needs belongs into a secret mount; one that the running program needs is handed over when the container starts.',
  explanation: envSecretPage,
  check(context) {
    const { carriers, fed } = flowOf(context);
    return carriers
      .filter(({ keyword }) => keyword === 'ENV')
      .map((carrier) => finding(context, carrier, fed.get(carrier) ?? []));
  },
};

function finding(context: RuleContext, carrier: Carrier, fed: readonly Carrier[]): Finding {
  const { variable, secret } = carrier;
  const base = { rule: envSecret.id, level: 'error' as const, secret, location: at(context, carrier.instruction) };
  const own = obstacleOf(context, carrier);
  if (own) return { ...base, ...own, needsPerson: true };
  const decision = decide(context, carrier);
  const message =
    decision === 'not-in-image'
      ? `ENV ${variable} writes a secret into the configuration of its stage.`
      : `ENV ${variable} writes a secret into the image's configuration.`;
  if (decision === 'open') return { ...base, message, remedy: question(secret), needsPerson: true };
  const waiting = fed.find((other) => obstacleOf(context, other) !== undefined || undecided(context, other));
  if (waiting) {
    return {
      ...base,
      message,
      remedy: `Decide about ${linesOf(context, [waiting.instruction])} first: it uses this ENV.`,
    };
  }
  const readers = carrier.readers.map(({ instruction }) => instruction);
  const changes = [
    { kind: 'remove-pair' as const, instruction: carrier.instruction, pair: carrier.pair },
    ...fetchChanges(context, readers),
    ...mountOn(readers, variableMount(secret, variable)),
  ];
  const title = `Remove ENV ${variable}${readers.length > 0 ? `, and mount ${secret} on the RUNs that use it` : ''}.`;
  return { ...base, message, remedy: remedyOf(context, carrier, decision, readers), fix: { title, changes } };
}

function remedyOf(context: RuleContext, carrier: Carrier, decision: Decision, readers: readonly number[]): string {
  const mount = readers.length > 0 ? `Mount it on ${linesOf(context, readers)} instead.` : 'Remove it.';
  const runtime = decision === 'runtime' ? ` ${atRuntime(carrier.variable)}` : '';
  const rotate = carrier.literal ? ' Rotate it: it is in the history of the Dockerfile.' : '';
  return `${mount}${runtime}${rotate}`;
}

/** The ways to hand a secret to a container when it starts. */
export function atRuntime(variable: string): string {
  return `Hand ${variable} over when the container starts: docker run --env-file .env (or -e ${variable}), a compose or swarm secret, or a Kubernetes Secret.`;
}

function question(secret: string): string {
  return `Say in safebuild.yaml whether the running program needs it:\n  secrets:\n    ${yamlKey(secret)}: { needed: runtime }   # or: build`;
}
