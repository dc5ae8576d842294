import type { Change, SecretMount } from '../finding.ts';

/** The mount that gives a RUN the secret as a variable. */
export function variableMount(secret: string, variable: string): SecretMount {
  return { id: mountId(secret), secret, env: variable };
}

/** A mount id for a name: letters, digits, `_`, `.` and `-`, so that it needs no quoting anywhere. */
export function mountId(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'secret';
}

/** A mount id for a file of the context: `.npmrc` → `npmrc`, `config/.env` → `config-env`. */
export function fileMountId(path: string): string {
  const parts = path.split('/').map((part) => part.replace(/^\.+/, ''));
  return mountId(parts.join('-'));
}

/** One mount on each of the RUNs. */
export function mountOn(instructions: readonly number[], mount: SecretMount): Change[] {
  return instructions.map((instruction) => ({ kind: 'mount', instruction, mount }));
}
