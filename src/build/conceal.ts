import { addMaskCommands, createRedactor, type Redactor, type Secret } from '../secrets/index.ts';
import type { BuildHost } from './host.ts';

/**
 * A redactor for the secrets of a run, of which everything that could show one is told first: GitHub's runner, if it is
 * what reads standard error, and the trace. To be called before anything else is printed.
 */
export function conceal(
  secrets: readonly Secret[],
  host: Pick<BuildHost, 'output' | 'runnerReads' | 'trace'>,
): Redactor {
  if (host.runnerReads) host.output.stderr(Buffer.from(addMaskCommands(secrets)));
  const redactor = createRedactor(secrets);
  host.trace?.conceal(redactor);
  return redactor;
}
