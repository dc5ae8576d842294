import type { Finding } from '../finding.ts';
import type { SecretFrom } from '../secrets/index.ts';

/** What kind of file was checked. */
export type CheckedKind = 'dockerfile' | 'compose' | 'kubernetes';

/** A finding and the text that it is about. */
export interface Found {
  finding: Finding;
  /** What makes it the same finding in another version of the file; may hold a value, and is never shown. */
  anchor: string;
}

/** One file and what was found in it. */
export interface CheckedFile {
  /** As it is shown: relative to the working directory. */
  path: string;
  kind: CheckedKind;
  found: readonly Found[];
  /** Unified diffs of what mends it, values masked; empty where nothing can be mended, or nobody asked. */
  diffs: readonly string[];
}

/** What `safebuild check` has to say. Names only, no values. */
export interface CheckResult {
  /** `findings` with at least one of level `error`. */
  verdict: 'clean' | 'findings';
  exitCode: 0 | 1;
  files: readonly { path: string; kind: CheckedKind }[];
  findings: readonly Finding[];
  diffs: readonly string[];
  /** The commit, as the user named it, of which only what came later is reported. */
  base?: string;
}

/** What is checked, and how. */
export interface CheckOptions {
  /** Folders with a Dockerfile, Dockerfiles, compose files, Kubernetes manifests, or `-`; none: the working directory. */
  paths: readonly string[];
  /** Each `--file`. */
  dockerfiles: readonly string[];
  envFiles: readonly string[];
  configPath?: string;
  /** `--secret-from`: names that the build gets; nothing is fetched. */
  secretFrom?: readonly SecretFrom[];
  /** Report only what is not yet in this commit. */
  base?: string;
  /** Also say what a build would change, as unified diffs. */
  diff: boolean;
}
