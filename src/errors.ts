/**
 * What went wrong, as a closed list.
 *
 * Every code maps to exactly one documented exit code. Exit codes 1, 125 and 130 of `docker build` are not errors of
 * safebuild: they pass through unchanged.
 */
export type ErrorCode =
  | 'USAGE'
  | 'CONFIG_INVALID'
  | 'DOCKERFILE_INVALID'
  | 'ENGINE_UNAVAILABLE'
  | 'ENGINE_UNSUITABLE'
  | 'SECRET_MISSING'
  | 'SECRET_EMPTY'
  | 'SOURCE_FAILED'
  | 'NEEDS_PERSON'
  | 'LEAK'
  | 'SCAN_INCOMPLETE'
  | 'PUBLISH_MISMATCH'
  | 'PUBLISH_FAILED'
  | 'INTERRUPTED';

const exitCodes: Readonly<Record<ErrorCode, number>> = {
  USAGE: 2,
  CONFIG_INVALID: 2,
  DOCKERFILE_INVALID: 1,
  ENGINE_UNAVAILABLE: 1,
  ENGINE_UNSUITABLE: 2,
  SECRET_MISSING: 3,
  SECRET_EMPTY: 3,
  SOURCE_FAILED: 3,
  NEEDS_PERSON: 4,
  LEAK: 5,
  SCAN_INCOMPLETE: 6,
  PUBLISH_MISMATCH: 6,
  PUBLISH_FAILED: 1,
  INTERRUPTED: 130,
};

/** The documented exit code of an error code (README, "Exit codes"). */
export function exitCodeOf(code: ErrorCode): number {
  return exitCodes[code];
}

export interface SafebuildErrorOptions {
  /** One imperative sentence: what the user does next. */
  hint?: string;
  cause?: unknown;
}

/**
 * A known error: what and where in `message`, what to do next in `hint`.
 *
 * Neither ever holds a secret value, a prefix of one, or its length.
 */
export class SafebuildError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: SafebuildErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SafebuildError';
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return exitCodeOf(this.code);
  }
}

/**
 * Whether `error` carries this `code`.
 *
 * Not `instanceof Error`: errors that Node core makes are of another realm under Jest's VM.
 */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** Where an error of ours was thrown: the frames of its stack, without its message, which may quote what it choked on. */
export function framesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { stack = '', message = '' } = error as Partial<Error>;
  // A message of several lines may hold one that looks like a frame.
  const behind = stack.lastIndexOf(message) + message.length;
  return stack
    .slice(message === '' || behind < message.length ? 0 : behind)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
}

/** The end of a switch over a union: the compiler lists what was forgotten. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${typeof value}`);
}
