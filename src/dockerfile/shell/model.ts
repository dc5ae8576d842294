import type { Range } from '../../finding.ts';

/**
 * How a variable stands in shell text.
 *
 * `none`, `double` and `heredoc` are expanded by the shell; `single` and `escaped` are not, but a program that gets the
 * text (a nested shell, npm reading `.npmrc`) may expand it later.
 */
export type Quoting = 'none' | 'double' | 'single' | 'escaped' | 'heredoc';

/** One place that names a variable: `$X`, `${X:-y}`, `$((X+1))`, `printenv X`, `export X`. */
export interface ShellUse {
  name: string;
  /** From `$` to the end of the name or brace. */
  range: Range;
  quoting: Quoting;
  /** `:-`, `##`, … as written behind the name. */
  operator?: string;
  /** It stands in the text of `sh -c "…"` or the like, so that a nested shell expands it. */
  nested?: true;
  /** Code of another language that reads the variable: `os.environ["X"]`, `$ENV.X`. */
  byCode?: true;
}

export interface ShellWord {
  /** Quotes and escapes removed, expansions as written. */
  value: string;
  raw: string;
  range: Range;
}

/** A redirect that writes: `> f`, `>> f`, `2> f`, `&> f`. */
export interface ShellRedirect {
  target: string;
  append: boolean;
  /** File descriptor; 1 when none is written. */
  fd: number;
  /** Operator and target. */
  range: Range;
  /** The command or group whose output it takes; behind `exec > f` all that follows in that shell. */
  of: Range;
}

/** One descriptor that goes where another one does: `>&2`, `1>&3`. */
export interface ShellDuplicate {
  fd: number;
  from: number;
  /** The command or group for which it holds. */
  of: Range;
}

/** A heredoc that is data of a command, not the script of a shell. */
export interface ShellHeredoc {
  /** Operator and delimiter, within the command. */
  range: Range;
  body: Range;
}

export interface ShellAssignment {
  name: string;
  /** As written; absent in `export X`. */
  raw?: string;
  /** The environment of a command, or `export`: other programs see it. */
  exported: boolean;
  range: Range;
}

/**
 * One simple command.
 *
 * A wrapper and the command that it runs are both listed: `sudo -u x npm ci` is `sudo` and `npm`.
 */
export interface ShellCommand {
  /** The last path segment of the first word: `npm` for `/usr/bin/npm`. */
  program: string;
  words: readonly ShellWord[];
  redirects: readonly ShellRedirect[];
  /** The assignments in front of it. */
  assignments: readonly ShellAssignment[];
  range: Range;
  /** It stands in the text of `sh -c "…"` or the like. */
  nested?: true;
  /** It runs a command or a script that its words hold, and that is listed too. */
  wraps?: true;
}

/** One part of a top-level list `a && b; c`. */
export interface ListPart {
  range: Range;
  /** What joins it to the part before; absent for the first. */
  operator?: '&&' | '||' | ';' | '&';
  /** What to cut so that the rest of the list keeps its meaning; absent when no cut does. */
  removal?: Range;
}

/** What shell text does, as far as its text tells. */
export interface ShellAnalysis {
  uses: readonly ShellUse[];
  commands: readonly ShellCommand[];
  redirects: readonly ShellRedirect[];
  duplicates: readonly ShellDuplicate[];
  assignments: readonly ShellAssignment[];
  /** The members of each pipeline of two and more. */
  pipelines: readonly (readonly Range[])[];
  heredocs: readonly ShellHeredoc[];
  /** The parts of the top-level list, in order; empty in an exec form that runs no shell. */
  andLists: readonly ListPart[];
  /** False when the text could not be parsed whole: uses are complete even so, commands may be missing. */
  complete: boolean;
}
