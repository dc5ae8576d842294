import { writeSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import { framesOf } from '../errors.ts';

/** What may be told of an error that nobody foresaw: its kind or the system's code. Its message may quote what it choked on. */
export function unforeseenMessage(error: unknown): string {
  const code = systemCode(error);
  if (code !== undefined) return `the system refused an operation: ${code}.`;
  const { name } = typeof error === 'object' && error !== null ? (error as Partial<Error>) : {};
  return `internal error (${name ?? typeof error}). Its message is withheld, as it may hold a value.`;
}

/** `no space left on device (ENOSPC)`: the system's own words, which hold nothing of ours. */
function systemCode(error: unknown): string | undefined {
  const errno = typeof error === 'object' && error !== null && 'errno' in error ? error.errno : undefined;
  const [code, words] = (typeof errno === 'number' && getSystemErrorMap().get(errno)) || [];
  return code === undefined ? undefined : `${words} (${code})`;
}

/** What `withholdWords` needs of the process; `process` has it. */
export interface SpeakingProcess {
  on(event: 'uncaughtException' | 'warning', listener: (error: unknown) => void): unknown;
  removeAllListeners(event: string): unknown;
  exit(code: number): void;
}

const withoutTls = 'NODE_TLS_REJECT_UNAUTHORIZED';

/**
 * Keeps Node from printing what it would by itself: the message of an exception that nobody catches, also in a promise, and
 * warnings, in which libraries quote what they read (yaml does).
 */
export function withholdWords(self: SpeakingProcess, print = (text: string): void => void writeSync(2, text)): void {
  self.on('uncaughtException', (error) => {
    try {
      print(`safebuild: ${unforeseenMessage(error)}\n${framesOf(error).join('\n')}\n`);
    } finally {
      self.exit(1);
    }
  });
  self.removeAllListeners('warning');
  self.on('warning', (warning) => {
    // Node's own, and worth knowing.
    if (String((warning as Partial<Error>).message).includes(withoutTls))
      print(`safebuild: ${withoutTls}=0: certificates are not checked, so anybody on the way can read what is sent\n`);
  });
}
