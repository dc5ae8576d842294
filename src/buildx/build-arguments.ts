import type { Secret } from '../secrets/index.ts';
import type { Handover } from './secret-values.ts';

/**
 * Values as build arguments, the leaky way, for a build whose result nobody gets: `--build-arg NAME` takes its value from the
 * child's environment, so that none is ever an argument.
 */
export function asBuildArguments(secrets: readonly Secret[]): Handover {
  const given = secrets.filter((secret) => !secret.reveal().includes(0));
  return {
    args: given.flatMap(({ name }) => ['--build-arg', name]),
    env: Object.fromEntries(given.map((secret) => [secret.name, secret.reveal().toString('utf8')])),
  };
}
