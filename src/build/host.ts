import type { BuildOutput, Docker } from '../buildx/index.ts';
import type { SecretFrom } from '../secrets/index.ts';
import type { Trace } from '../trace/index.ts';
import type { TrustOptions } from './trust.ts';

/** What a build needs of the outside world; the command line gives the real one. */
export interface BuildHost {
  cwd: string;
  env: Readonly<Record<string, string>>;
  docker: Docker;
  /** Our own process id, and whether another process runs: private folders carry their owner's id. */
  pid: number;
  isAlive(pid: number): boolean;
  /** Number of our pid namespace; empty where the system has none. */
  pidNamespace: string;
  signal: AbortSignal;
  /** True when standard error is a terminal. */
  terminal: boolean;
  stdin: AsyncIterable<Uint8Array>;
  /** Shows the build; everything that arrives is masked. */
  output: BuildOutput;
  stdout(chunk: Uint8Array): Promise<void>;
  /** Standard error goes to GitHub's runner and nowhere else: values may be told to it, so that it masks them. */
  runnerReads: boolean;
  /** Present when the user asked for a log. */
  trace?: Trace;
  /** Says what safebuild does now, e.g. on a spinner; never a value. */
  phase(text: string | undefined): void;
  /** Asks the person at the terminal whether a project may have what it asks for; absent where nobody sits there. */
  askTrust?: TrustOptions['ask'];
}

/** What only safebuild knows of a command line; everything else is docker's. */
export interface BuildOptions {
  /** Paths after `--env-file`, in order. */
  envFiles: readonly string[];
  /** `--config` or SAFEBUILD_CONFIG. */
  configPath?: string;
  /** `--multi-stage`; absent: as `safebuild.yaml` says. */
  multiStage?: 'never' | 'always' | 'when-needed';
  /** `--secret-from`, in order. */
  secretFrom?: readonly SecretFrom[];
  /** `--trust-sources`. */
  trustSources?: boolean;
}
