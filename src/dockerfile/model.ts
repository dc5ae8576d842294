import type { Range } from '../finding.ts';

/**
 * A Dockerfile as BuildKit reads it, every piece tied to its range in `source`.
 *
 * Law: the source is never rebuilt from the model. Edits are splices of `source` by range, so that what is not edited
 * stays byte for byte. Offsets are UTF-16 code units of `source` (with its BOM and CRLF, if any).
 */
export interface Dockerfile {
  source: string;
  /** Parser directives (`# syntax=`, `# escape=`, `# check=`), names in lower case. */
  directives: readonly Directive[];
  escape: EscapeChar;
  /** What the file's lines end with; of a mixed file, the more frequent. */
  newline: '\n' | '\r\n';
  /** Every instruction in file order. */
  instructions: readonly Instruction[];
  /** ARGs before the first FROM. */
  globalArgs: readonly Instruction[];
  stages: readonly Stage[];
}

/** What escapes a character and continues a line; the `# escape=` directive chooses. */
export type EscapeChar = '\\' | '`';

export interface Directive {
  name: 'syntax' | 'escape' | 'check';
  value: string;
  range: Range;
  line: number;
}

export interface Stage {
  index: number;
  /** Name after AS, in lower case. */
  name?: string;
  from: Instruction;
  /** What FROM names, as written (variables unexpanded). */
  image: string;
  /** The stage that FROM refers to, when it is one of this file. */
  parent?: Stage;
  /** The stages that FROM can mean when its variables are unknown: `FROM base-${TARGETARCH}`. */
  maybeParents?: readonly Stage[];
  /** FROM and all instructions up to the next FROM. */
  instructions: readonly Instruction[];
}

export interface Instruction {
  /** Upper case: `RUN`. */
  keyword: string;
  keywordRange: Range;
  /** From the first character of the keyword to the end of the last physical line (heredoc bodies too), without its newline. */
  range: Range;
  /** From the start of the first physical line through the newline of the last one: what a deletion removes. */
  lineRange: Range;
  /** Physical lines, from 1. */
  line: number;
  endLine: number;
  flags: readonly Flag[];
  /**
   * The logical argument text behind keyword and flags: continuations joined, comment and blank lines dropped; no heredoc bodies.
   */
  text: string;
  /** Source offset of every UTF-16 unit of `text`, plus one entry for its end. */
  textOffsets: readonly number[];
  /** The exec form's strings; absent in shell form. */
  json?: readonly string[];
  /** ENV, ARG, LABEL: the pairs in order. */
  pairs?: readonly Pair[];
  heredocs: readonly Heredoc[];
  /** ONBUILD: the instruction behind it. */
  onbuild?: Instruction;
  /** Index of the stage it stands in; absent before the first FROM. */
  stage?: number;
}

/** `--mount=type=secret,id=x`: name `mount`, value `type=secret,id=x`. A bare `--link` has no value. */
export interface Flag {
  name: string;
  value?: string;
  range: Range;
}

/** One `NAME=value`, `NAME value` (old ENV form) or bare `NAME` (ARG) of a list. */
export interface Pair {
  name: string;
  /** As written, quotes and escapes kept; absent for a bare ARG. */
  raw?: string;
  /** Quotes and escapes removed, variables unexpanded. */
  value?: string;
  /** The whole pair in the source. */
  range: Range;
  nameRange: Range;
  valueRange?: Range;
}

export interface Heredoc {
  name: string;
  /** False when the delimiter was quoted: the builder expands no variables in COPY/ADD bodies. */
  expand: boolean;
  /** `<<-`: leading tabs are stripped. */
  chomp: boolean;
  /** The body in the source, without the terminator line. */
  bodyRange: Range;
  body: string;
}
