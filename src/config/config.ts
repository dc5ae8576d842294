import type { SourceSettings } from './source-settings.ts';

/** Secret or plain setting. */
export type Kind = 'secret' | 'setting';

/** What the project says about one name. Every field is optional; what is absent is decided by rules. */
export interface NameRule {
  kind?: Kind;
  /** Whether the build or only the running container needs it. */
  needed?: 'build' | 'runtime';
  /** Why, in the project's own words. */
  reason?: string;
  /** The reference that its value is fetched by. Never a value. */
  from?: string;
  /** Its value is this text, with `${NAME}` replaced by other values of the project. */
  template?: string;
  /** An empty value is meant. */
  allowEmpty?: boolean;
  /** Where the project says so. */
  at?: { path: string; line: number };
}

/** The user's own `config.yaml`: sources that no project can name without being trusted. */
export interface UserConfig {
  /** Absolute. */
  path: string;
  secrets: ReadonlyMap<string, NameRule>;
  sources: SourceSettings;
}

/** What the project says about one file of the context. */
export interface FileRule {
  /** `image`: it is no secret, and stays where the Dockerfile puts it. */
  needed: 'build' | 'runtime' | 'never' | 'image';
  /** Where the project says so. */
  at?: { path: string; line: number };
}

/**
 * Limits of the search that the project sets; what is absent keeps the default of the scan.
 *
 * A limit that is reached makes the verdict "not verified", never "clean". Fields are named as in `scan/limits.ts`.
 */
export interface ScanLimits {
  /** Wrappers within wrappers, the layer's own compression and tar included. */
  maxDepth?: number;
  /** Decoded bytes of one stream inside a file of a layer. */
  maxStreamBytes?: number;
  /** Decoded bytes of the whole image. */
  maxTotalBytes?: number;
  /** A JSON blob up to this size is also decoded string by string. */
  maxJsonBytes?: number;
  /** Different places of findings in one entry. */
  maxFindings?: number;
}

/** What is done about a secret that nobody declared, and a detector recognised: fail the build, say it, do not look. */
export type DetectorMode = 'fail' | 'warn' | 'off';

/** What an allowance is about: a declared secret, a detector's find, or a file that could not be searched whole. */
export type Accepted = { kind: 'secret'; name: string } | { kind: 'detector'; id: string } | { kind: 'incomplete' };

/**
 * One entry of `allow:`: the project accepts something at a place, says why, and until when.
 *
 * It is about one secret, one detector or one kind of gap, and never about every place: see `schema.ts`.
 */
export interface Allowance {
  accepts: Accepted;
  /**
   * A glob of file paths in the image, or a word for what is no file: `config`, `history`, `manifest`, `index`,
   * `attestation`, `label:NAME`, `annotation:NAME`.
   */
  place: string;
  reason: string;
  /** The last day on which it holds, `YYYY-MM-DD`, UTC. */
  expires?: string;
  /** Where it is written, for messages. */
  file: string;
  line: number;
}

/** One file of values that the project names, and whether it must exist. */
export interface EnvFile {
  /** Absolute. */
  path: string;
  /** As the user wrote it, for messages. */
  shown: string;
  required: boolean;
  /**
   * Absolute folder that the file may not lead out of, also not by a symbolic link; absent: no bound.
   *
   * A repository that somebody cloned must not be able to name files of its reader.
   */
  within?: string;
}

/** `safebuild.yaml` with every default filled in. */
export interface Config {
  /** Absolute path of the file; absent when the project has none. */
  path?: string;
  /** Weakest first: a later file overrides an earlier one. */
  envFiles: readonly EnvFile[];
  multiStage: 'never' | 'always' | 'when-needed';
  secrets: ReadonlyMap<string, NameRule>;
  /** By path relative to the context root, with `/`. */
  files: ReadonlyMap<string, FileRule>;
  scan: ScanLimits;
  detectors: DetectorMode;
  allow: readonly Allowance[];
  sources: SourceSettings;
  /** Absent where the user has none. */
  user?: UserConfig;
}
