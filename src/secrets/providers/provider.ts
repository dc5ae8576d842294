/**
 * Where values are kept that a project only refers to: a store of secrets, a tool, a program.
 *
 * One folder a provider; `providers.ts` knows them by the schemes of their references, and loads one only when a
 * reference asks for it (an SDK is many megabytes of code).
 */
export interface Provider {
  /** For messages: `Vault`, `AWS Secrets Manager`. */
  readonly name: string;
  /**
   * Checks the form of a reference, without asking anybody.
   *
   * Throws SafebuildError `CONFIG_INVALID` that says what is wrong with it and shows the right form. The reference itself
   * may be quoted only as far as it surely is one: people paste values where references belong.
   */
  check(reference: string): void;
  /** Gets ready to fetch; may not touch the network before the first `fetch`. */
  open(host: ProviderHost): ProviderSession;
}

/** One build's use of a provider: it logs in at most once, and gives back on `close` what it was lent. */
export interface ProviderSession {
  /**
   * Gets one value. Called at the same time for several references, each different one once.
   *
   * Throws SafebuildError: `SECRET_MISSING` where the store answers that there is no such secret or field, `SOURCE_FAILED`
   * for everything else (not reached in time, refused, sealed, not logged in), with a hint of what to do next. Nothing that
   * a server or a tool said is quoted unless it is known to hold no value.
   */
  fetch(reference: string): Promise<Fetched>;
  /** Revokes leases, logs out of sessions that `fetch` opened. Called once, however the build ended; must not throw. */
  close(): Promise<void>;
}

/** A value as a provider gives it. */
export interface Fetched {
  /** Never empty by accident: an empty value that the store really holds is an empty buffer. */
  value: Buffer;
  /** The store's own name of the version (`3`, `AWSCURRENT`, an ETag): no value, no hash of one. */
  version?: string;
  /** When this version was made, where the store says so. */
  changed?: Date;
}

/** What providers may use of the outside world. */
export interface ProviderHost {
  readonly cwd: string;
  /** The environment of the invocation: the ambient credentials. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder (`~/.vault-token`). */
  readonly home: string;
  /** Aborted on Ctrl-C and when the deadline of the whole fetch is over. `close` may not depend on it. */
  readonly signal: AbortSignal;
  /** The settings of the provider in safebuild.yaml, under `sources:`, as parsed YAML; undefined when there are none. */
  settings(name: string): unknown;
  /**
   * Runs a program and gets what it wrote; never through a shell, never with a value among the words.
   *
   * Rejects with `SOURCE_FAILED` and a hint when the program is not installed. An exit code other than 0 is an answer.
   */
  run(program: string, words: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Hears what `close` could not give back, in words for the user: `the lease of database/creds/app in Vault`. */
  notReturned?(what: string): void;
}

export interface RunOptions {
  input?: Uint8Array;
  /** Added to the environment of the invocation. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
}

export interface RunResult {
  exitCode: number;
  stdout: Buffer;
  /** For deciding what went wrong. Not for quoting: tools print values. */
  stderr: string;
}
