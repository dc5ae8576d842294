import { maskedLines } from './masked-texts.ts';
import type { Secret } from './secret.ts';

/** A longer line is a file in one line; what a log may show of it is a part, which is a secret of its own. */
const longestLine = 8 * 1024;

/**
 * The commands that make GitHub's runner mask every line of every secret in all that follows in the job: one a line.
 *
 * They hold the values, so they are for the runner's eyes only: see `runnerReads` of src/cli. The runner reads them from
 * standard error as well (actions/runner, ScriptHandler.cs) and shows none of them (AddMaskCommandExtension, OmitEcho).
 * Left out are weak values and short or common lines, which would blacken the log, and what is no text.
 */
export function addMaskCommands(secrets: readonly Pick<Secret, 'weak' | 'reveal'>[]): string {
  const lines = secrets
    .filter(({ weak }) => weak === undefined)
    .flatMap((secret) => maskedLines(secret.reveal()))
    .filter((line) => line.length <= longestLine);
  return [...new Set(lines)].map((line) => `::add-mask::${escaped(line)}\n`).join('');
}

/** As the toolkit does (actions/toolkit, command.ts, escapeData). */
function escaped(data: string): string {
  return data.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
