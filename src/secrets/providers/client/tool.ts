import { SafebuildError } from '../../../errors.ts';
import type { ProviderHost, RunOptions, RunResult } from '../provider.ts';

/** A command line tool that has values. */
export interface Tool {
  program: string;
  /** One imperative sentence: where it is to be had. */
  install: string;
}

/**
 * Runs a tool with its messages in English, as they are decided by.
 *
 * A tool that is not installed is `SOURCE_FAILED` with the tool's own hint. What it writes to stderr is never quoted.
 */
export async function runTool(
  host: ProviderHost,
  tool: Tool,
  words: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  try {
    return await host.run(tool.program, words, { ...options, env: { LC_ALL: 'C', ...options.env } });
  } catch (error) {
    if (!isAbsence(error) || host.signal.aborted) throw error;
    throw new SafebuildError('SOURCE_FAILED', `${tool.program} is not installed`, { hint: tool.install, cause: error });
  }
}

// the runner passes nothing of Node's own error on, which holds the words
function isAbsence(error: unknown): error is SafebuildError {
  return error instanceof SafebuildError && error.code === 'SOURCE_FAILED' && error.message.endsWith(' was not found');
}

const lineFeed = 0x0a;

/** The bytes without the one newline that a tool ends its output with; a second one is the value's own. */
export function withoutToolsNewline(output: Buffer): Buffer {
  return output.at(-1) === lineFeed ? output.subarray(0, -1) : output;
}

/** What a tool writes about a failure, and what that means to a person. */
export interface KnownFailure {
  sign: RegExp;
  missing?: boolean;
  message: string;
  hint: string;
}

/**
 * The error of a tool that failed, told by the first sign in its stderr; otherwise `other`.
 *
 * The signs are the whole use of stderr: tools print values there, so nothing of it is passed on.
 */
export function toolError(
  stderr: string,
  known: readonly KnownFailure[],
  other: { message: string; hint: string },
): SafebuildError {
  const failure = known.find(({ sign }) => sign.test(stderr));
  const { message, hint } = failure ?? other;
  return new SafebuildError(failure?.missing ? 'SECRET_MISSING' : 'SOURCE_FAILED', message, { hint });
}
