import type { Acceptance, Finding, SecretMount } from '../finding.ts';
import type { Coverage, Incomplete } from '../scan/index.ts';

/** How a build or a verification ended. */
export type Verdict =
  /** Searched whole, nothing found. */
  | 'clean'
  /** No secret is known, so there was nothing to search for. */
  | 'nothing-to-prove'
  | 'leak'
  /** Something could not be read whole. */
  | 'unverified'
  /** The Dockerfile leaks in a way that no fix may change alone. */
  | 'needs-person'
  /** docker's own build failed; its exit code is passed through. */
  | 'build-failed'
  /** Docker answered a question (`--check`, `--call`), or refused the command line itself: nothing was built. */
  | 'passed-through';

/** Findings and gaps of a result that the project's configuration accepts. */
export interface Accepted {
  findings: readonly Finding[];
  incomplete: readonly (Incomplete & { accepted: Acceptance })[];
}

/** Everything that a report of any format may say. Names only, no values. */
export interface Report {
  command: 'build' | 'verify';
  verdict: Verdict;
  exitCode: number;
  /** What was proved: a name, path or digest. */
  subject?: string;
  image?: {
    digest?: string;
    names: readonly string[];
    pushed: readonly { name: string; digest: string }[];
    files: readonly string[];
  };
  secrets: {
    /** Names searched for. */
    searched: readonly string[];
    /** Known, and not searched for: why. */
    weak: readonly { name: string; why: string }[];
    /** Names looked at and judged plain settings: why. */
    settings: readonly { name: string; why: string }[];
  };
  /** Names of secrets that are shown in the clear if a step prints them: too short, too common or too long to be masked. */
  unmasked?: readonly string[];
  /** What the rules found in the Dockerfile; `fix` says what was done about it. */
  dockerfile: readonly Finding[];
  /** What the proof found in the result and that fails: declared secrets, and what detectors are sure of. */
  leaks: readonly Finding[];
  incomplete: readonly Incomplete[];
  /** What entries of `allow:` accept. It does not fail, and is always shown. */
  accepted?: Accepted;
  /** What does not fail and needs a look: less certain detections, entries of `allow:` that expired or accept nothing. */
  warnings?: readonly Finding[];
  coverage: readonly Coverage[];
  /** Secret mounts that were added to the build. */
  mounts: readonly SecretMount[];
  /** What a person should know besides. */
  notes: readonly Finding[];
  /** Where secrets were looked for. */
  lookedIn?: readonly string[];
  elapsedMs: { build?: number; proof?: number };
}
