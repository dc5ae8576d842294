/** Offsets into a source text, in UTF-16 code units; `end` is exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** Replaces `range` of a source text by `text`. Edits of one text never overlap. */
export interface Edit {
  range: Range;
  text: string;
}

/**
 * One `--mount=type=secret` of a RUN.
 *
 * `secret` is the name in the SecretSet, `id` what the mount and `--secret id=` say. With `env` the step sees a variable,
 * with `target` a file; at least one of them is given.
 */
export interface SecretMount {
  id: string;
  secret: string;
  env?: string;
  target?: string;
  /** Octal permission bits of the file, e.g. `0o444`; BuildKit's own default is 0400, owner root. */
  mode?: number;
}

/**
 * One change of a Dockerfile, as an intent.
 *
 * Rules speak of instructions and pairs, and the editor turns all intents together into splices: two rules may remove two
 * pairs of one ENV, or mount two secrets on one RUN, without knowing of each other. `instruction` and `pair` are indexes
 * into `Dockerfile.instructions` and `Instruction.pairs`.
 */
export type Change =
  | { kind: 'remove-instruction'; instruction: number }
  | { kind: 'remove-pair'; instruction: number; pair: number }
  | { kind: 'mount'; instruction: number; mount: SecretMount }
  | { kind: 'replace'; range: Range; text: string }
  | { kind: 'insert-after'; instruction: number; lines: readonly string[] }
  /** The RUN goes on with the command of the RUN `to` in front of it, by `&&`; what it mounts is mounted there. */
  | { kind: 'join'; instruction: number; to: number }
  /** The RUN sees the file `path` of the stage `from` at the same place, and cannot change it. */
  | { kind: 'bind'; instruction: number; from: string; path: string }
  /** The instruction becomes a RUN of this shell text, with the mounts that are asked of it. */
  | { kind: 'run'; instruction: number; command: string };

/** What mends a finding: changes of the Dockerfile, lines for the ignore file, build arguments to withhold. */
export interface Fix {
  /** One imperative sentence, for a person who reviews the diff. */
  title: string;
  changes: readonly Change[];
  /** Lines to append to the ignore file, in its own syntax. */
  ignore?: readonly string[];
  /** Names of build arguments that must no longer be passed. */
  dropBuildArgs?: readonly string[];
}

/** A place in the Dockerfile. Lines count from 1. */
export interface DockerfileLocation {
  kind: 'dockerfile';
  path: string;
  line: number;
  endLine: number;
}

/** A file of the build context, relative to its root, with `/`. */
export interface ContextLocation {
  kind: 'context';
  path: string;
  line?: number;
}

/** A value on the command line, by the flag that carries it. */
export interface FlagLocation {
  kind: 'flag';
  flag: string;
}

/** Permission bits and owner of a file, as the header of an archive says them. */
export interface FileAttributes {
  /** The low twelve bits of the mode: `0o644`, `0o4755`. */
  mode: number;
  uid: number;
  gid: number;
  /** Names, where the header has them; they may differ from those of the image's own passwd and group files. */
  user?: string;
  group?: string;
}

/** A member of an archive within a file of the image. */
export interface ArchiveMember {
  /** `tar`, `zip` … */
  container: string;
  path: string;
  file?: FileAttributes;
}

/** Which part of an image a byte belongs to. */
export type ImagePlace = 'layer' | 'config' | 'manifest' | 'index' | 'attestation' | 'blob' | 'archive';

/** A place in an image, an exported artifact, or a file that the build wrote. */
export interface ImageLocation {
  kind: 'image';
  place: ImagePlace;
  /** `linux/amd64`; absent where the bytes belong to no platform. */
  platform?: string;
  /** `sha256:…` of the blob as stored. */
  digest?: string;
  /** Position of the layer in its manifest, from 1, and how many there are. */
  layer?: number;
  layers?: number;
  /** File inside the layer, or JSON pointer inside config and manifests. */
  path?: string;
  /** Of the file at `path`; absent where its archive does not say, and for what is no file. */
  file?: FileAttributes;
  /** Where the file at `path` is an archive: the way on to the bytes, outermost first. */
  inside?: readonly ArchiveMember[];
  /** Offset of the first hit, in bytes, in the innermost decoded file. */
  offset?: number;
  /** False when a later layer deletes or replaces the file. Absent when unknown. */
  visible?: boolean;
  /** The instruction that made the layer, as the image's history has it. */
  createdBy?: string;
  /** The Dockerfile instruction that made the layer; `base` when it came with the base image. */
  madeBy?: DockerfileLocation | 'base';
  /** The base image, as FROM names it; with `madeBy: 'base'`. */
  base?: string;
  /** What was searched, when it is no image: a cache export, an exported artifact, a file that the build wrote. */
  artifact?: Artifact;
}

export type Artifact = 'cache' | 'files' | 'metadata';

/** An entry of `allow:` in safebuild.yaml. */
export interface ConfigurationLocation {
  kind: 'configuration';
  path: string;
  line: number;
}

export type Location = DockerfileLocation | ContextLocation | FlagLocation | ImageLocation | ConfigurationLocation;

/** `error` fails the build, `warning` is shown, `note` is counted. */
export type Level = 'error' | 'warning' | 'note';

/** Why something does not fail the build: the entry of `allow:` that accepts it. */
export interface Acceptance {
  reason: string;
  /** Last day, `YYYY-MM-DD`. */
  expires?: string;
}

/**
 * Something that safebuild found: before the build in the Dockerfile, after it in the image.
 *
 * Findings are data: they hold names, never values, and words only in `message` and `remedy`.
 */
export interface Finding {
  /** Stable id: the rule's; `leak` for a value found by the proof, `detected:ID` for what a detector recognised. */
  rule: string;
  level: Level;
  /** Name of the secret. */
  secret?: string;
  message: string;
  /** One imperative sentence. */
  remedy?: string;
  location: Location;
  /** Chain of encodings, outermost first: `['gzip', 'base64']`. Empty or absent: raw. */
  form?: readonly string[];
  fix?: Fix;
  /** True when no edit may be made without asking: the build ends with exit code 4. */
  needsPerson?: boolean;
  /** Set when the project's configuration accepts it; its level is `note` then. */
  accepted?: Acceptance;
}
