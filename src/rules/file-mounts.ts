import type { Change, SecretMount } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { runsAsRoot } from './file-readers.ts';
import type { Landing } from './landings.ts';
import { fileMountId } from './mounts.ts';
import { runOf } from './runs.ts';

/**
 * The changes that mount a file where it would have been, on the RUNs that read it.
 *
 * BuildKit mounts secrets as root with mode 0400. A RUN as another user gets 0444, which ssh takes for a key too, as it looks
 * at the mode of files of its own user only (OpenSSH, authfile.c; seen with 9.2).
 */
export function fileMounts(context: RuleContext, landing: Landing, readers: readonly number[]): Change[] {
  return readers.map((instruction) => ({ kind: 'mount', instruction, mount: mountFor(context, landing, instruction) }));
}

function mountFor(context: RuleContext, landing: Landing, instruction: number): SecretMount {
  const mount = { id: fileId(context, landing.path), secret: `file:${landing.path}`, target: landing.target };
  if (!runsAsRoot(context, runOf(context.dockerfile, instruction))) return { ...mount, mode: 0o444 };
  return landing.credential.kind === 'ssh-key' ? { ...mount, mode: 0o600 } : mount;
}

/** The id of a file's mount, unless a secret of another kind has it: then `file-` stands before it. */
function fileId(context: RuleContext, path: string): string {
  const id = fileMountId(path);
  return context.secrets.has(id) ? `file-${id}` : id;
}
