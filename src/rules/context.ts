import type { Dockerfile } from '../dockerfile/index.ts';
import type { Finding, Range } from '../finding.ts';

/** When a secret is needed: the answer that `safebuild.yaml` remembers. */
export type Needed = 'build' | 'runtime';

/** A file of the context that holds credentials. Names only: what it holds is never seen by a rule. */
export interface CredentialFile {
  /** What it is: `npmrc`, `env`, `ssh-key`, … */
  kind: string;
  /** The tool family that reads it (`npm`, `pip`, `git`, `app`, …). */
  family: string;
  /** Names of the secrets whose values stand in it. */
  secretNames: readonly string[];
  /** True when every credential in it is a `${VARIABLE}`: such a file may stay in the image. */
  placeholdersOnly: boolean;
}

/** What is known about the project's secrets: names and answers, no values. */
export interface SecretNames {
  has(name: string): boolean;
  names(): readonly string[];
  needed(name: string): Needed | undefined;
  /** Whether its value is too short or too common to be told from ordinary text. */
  weak(name: string): boolean;
}

/** What is known about the build context. Paths are relative to its root, with `/`. */
export interface ContextFiles {
  /** Whether the ignore file lets the path into the context. */
  sent(path: string): boolean;
  /** All paths that are sent. */
  list: readonly string[];
  credential(path: string): CredentialFile | undefined;
  needed(path: string): Needed | 'never' | undefined;
  /** Sent files whose text contains `name`. */
  mentions(name: string): readonly string[];
}

/** Everything that a rule may look at. */
export interface RuleContext {
  dockerfile: Dockerfile;
  /** Path of the Dockerfile as the user wrote it, for locations. */
  path: string;
  target?: string;
  /** Layers of stages that are no part of the image leave the machine too (`--cache-to mode=max`). */
  exportsStages?: boolean;
  /** False where no step may be moved into a stage of its own (`multi-stage: never`). */
  stages?: boolean;
  /** Names given by `--build-arg`. */
  buildArgs: ReadonlySet<string>;
  secrets: SecretNames;
  /** Names that were looked at and are plain settings. */
  settings: ReadonlySet<string>;
  /** Where the value of a known secret stands in the source of the Dockerfile. */
  literals: readonly { secret: string; range: Range }[];
  files: ContextFiles;
}

/** One way in which a Dockerfile leaks, and how it is mended. */
export interface Rule {
  /** Stable: users write it into `safebuild.yaml` and reports. */
  id: string;
  /** What it finds, in one line. */
  title: string;
  /** Why it matters, in one paragraph. */
  why: string;
  /** The page of `safebuild explain`, as Markdown: what it finds, before and after, when it asks, how to accept it. */
  explanation: string;
  /** Good advice rather than a leak: only looked at when it is asked for, and never in a build. */
  advice?: true;
  check(context: RuleContext): Finding[];
}
