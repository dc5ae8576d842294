import type { Carrier } from './flow.ts';
import type { Run } from './runs.ts';

/** A variable that holds a secret while a RUN runs. */
export interface SecretVariable {
  variable: string;
  secret: string;
  /** The RUN already has a secret mount for it. */
  mounted: boolean;
}

/** The variables that hold secrets in this RUN: by ARG and ENV, and by the secret mounts that it has. */
export function secretVariables(run: Run, carriers: readonly Carrier[]): SecretVariable[] {
  const seen = new Map<string, SecretVariable>();
  for (const { variable, secret, seenBy } of carriers) {
    if (seenBy.includes(run.index)) seen.set(variable, { variable, secret, mounted: false });
  }
  for (const { name, value } of run.instruction.flags) {
    const options = name === 'mount' ? (value ?? '').split(',') : [];
    if (!options.includes('type=secret')) continue;
    const option = (key: string) => options.find((text) => text.startsWith(`${key}=`))?.slice(key.length + 1);
    const variable = option('env');
    if (variable !== undefined) seen.set(variable, { variable, secret: option('id') ?? variable, mounted: true });
  }
  return [...seen.values()];
}
