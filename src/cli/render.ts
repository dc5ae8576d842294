import { type ErrorCode, framesOf, type SafebuildError } from '../errors.ts';
import { jsonText, type Report, renderJson, renderText, type TextOptions, withoutControls } from '../report/index.ts';
import { type Io, paintFor } from './io.ts';
import { unforeseenMessage } from './unforeseen.ts';

/** Prints a report: text on standard error, as docker prints its own progress; `--json` on standard output. */
export async function render(
  report: Report,
  { json, ...told }: TextOptions & { json: boolean },
  io: Io,
): Promise<void> {
  const { dockerfile, leaks, warnings = [], notes } = report;
  io.trace?.findings([...dockerfile, ...leaks, ...warnings, ...notes]);
  io.trace?.note(`verdict: ${report.verdict}, exit code ${report.exitCode}, ${report.coverage.length} images searched`);
  await io.stderr.write(renderText(report, paintFor(io.stderr, io.env), told));
  if (json) await io.stdout.write(renderJson(report));
}

/** Prints a known error: what and where, then what to do. */
export async function renderError(error: SafebuildError, json: boolean, io: Io): Promise<void> {
  const paint = paintFor(io.stderr, io.env);
  const hint = error.hint === undefined ? '' : `  ${error.hint}\n`;
  // Names and references are those of a project, which may be a stranger's: only our own line breaks get through.
  await io.stderr.write(`${paint.red('safebuild:')} ${lines(error.message)}\n${lines(hint)}`);
  if (json) {
    const { code, message, exitCode } = error;
    await io.stdout.write(errorJson(exitCode, { code, message, hint: error.hint }));
  }
}

function lines(remedy: string): string {
  return withoutControls({ remedy }).remedy;
}

/** Prints an error of ours that nobody foresaw: where, but not its message, which may quote what it choked on. */
export async function renderInternal(error: unknown, json: boolean, io: Io): Promise<void> {
  const message = unforeseenMessage(error);
  await io.stderr.write(`safebuild: ${message}\n${framesOf(error).join('\n')}\n`);
  if (json) await io.stdout.write(errorJson(1, { code: 'INTERNAL', message }));
}

/** Has the shape of `error` in `schema/report.schema.json`. */
function errorJson(
  exitCode: number,
  error: { code: ErrorCode | 'INTERNAL'; message: string; hint?: string | undefined },
): string {
  return jsonText({ schemaVersion: 1, verdict: 'error', exitCode, error });
}
