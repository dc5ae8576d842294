import { workdirAt } from '../dockerfile/index.ts';
import type { Range } from '../finding.ts';
import { holdsLiteral } from './carry.ts';
import type { RuleContext } from './context.ts';
import { flowOf } from './flow.ts';
import { movesOf } from './moves.ts';
import { isProjectCode, readerOf, toolOf } from './readers.ts';
import { piecesOf, type RunPieces } from './run-pieces.ts';
import { calledBy, inside, type Run, runOf } from './runs.ts';
import { escapeRegExp } from './text.ts';
import { deletionOf, pathAt, pathsOf } from './upkeep.ts';

/** A file that a RUN writes with a secret, and that a later RUN of the same stage removes. */
export interface PrivateFile {
  run: Run;
  /** Indexes into `run.parts` of what writes the file, and nothing else. */
  parts: readonly number[];
  /** As the RUN calls it. */
  name: string;
  /** Absolute. */
  target: string;
  /** The RUN that removes it, by index. */
  remover: number;
  /** The variables that hold secrets in the RUN. */
  variables: readonly string[];
  /** RUNs that are known to read it without naming it, by index. */
  readers?: readonly number[];
}

/** The first precondition for moving the file into a stage of its own that does not hold; undefined where all do. */
export function fileRefusal(context: RuleContext, file: PrivateFile): string | undefined {
  const { run, target, name, remover } = file;
  const { dockerfile } = context;
  if (!/^[\w./@+-]+$/.test(target)) return `The path ${name} cannot be written into a mount.`;
  if (!isPlaced(context, file)) {
    return `Where ${name} lies depends on the base image: write an absolute path.`;
  }
  const end = runOf(dockerfile, remover);
  if (end.instruction.stage !== run.instruction.stage)
    return `${name} is removed in another stage than it is written in.`;
  const changer = runsBetween(context, file).find((other) => changes(context, other, file));
  if (changer) return `${name} is changed on line ${changer.instruction.line}: do that in the RUN that writes it.`;
  const deletion = deletionOf(context, end, target);
  const read = sees(context, end, file);
  if (deletion?.hit !== 'named' && (read || !deletion?.forced)) {
    return `${name} is not removed by its own name on line ${end.instruction.line}.`;
  }
  return undefined;
}

/** Whether the text tells where the file lies: by its own name, or by the folder that it is written in. */
function isPlaced({ dockerfile }: RuleContext, { run, parts, name }: PrivateFile): boolean {
  if (/^(?:\/|~\/|\$HOME\/|\$\{HOME\}\/)/.test(name) || workdirAt(dockerfile, run.instruction) !== undefined)
    return true;
  const start = run.parts[parts[0] ?? 0]?.range.start ?? 0;
  return run.commands.some(
    ({ program, args, range }) => program === 'cd' && range.end <= start && args[0]?.startsWith('/') === true,
  );
}

/** The RUNs behind the one that writes the file, up to the one that removes it. */
export function runsBetween(context: RuleContext, { run, remover }: PrivateFile): Run[] {
  const { instructions } = context.dockerfile;
  return instructions.flatMap(({ keyword }, index) =>
    keyword === 'RUN' && index > run.index && index <= remover ? [runOf(context.dockerfile, index)] : [],
  );
}

/** What writes the file, apart from the rest of its RUN; undefined where the rest may need a secret, or is too tangled. */
export function filePieces(context: RuleContext, files: readonly PrivateFile[]): RunPieces | undefined {
  const [{ run, variables }] = files as [PrivateFile];
  const parts = [...new Set(files.flatMap((file) => file.parts))].sort((a, b) => a - b);
  const pieces = piecesOf(context, run, parts);
  if (!pieces || (pieces.before === undefined && pieces.after === undefined)) return pieces;
  const moved = parts.map((index) => run.parts[index]!.range);
  const stays = <T extends { range: Run['range'] }>(all: readonly T[]) =>
    all.filter(({ range }) => !moved.some((part) => inside(range, part)));
  const rest: Run = {
    ...run,
    uses: stays(run.uses),
    redirects: stays(run.redirects),
    commands: stays(run.commands),
    text: stays(run.parts)
      .map(({ range }) => run.source.slice(range.start, range.end))
      .join(' && '),
  };
  if (files.some((file) => changes(context, rest, file) || setsMode(context, rest, file))) return undefined;
  if (isMountedOtherwise(context, run, moved) || holdsLiteral(context, run.range)) return undefined;
  const needs = variables.some((variable) => readerOf(context, rest, variable, { writes: [], written: true }));
  return needs ? undefined : pieces;
}

/** Whether the RUN gets a secret for something else than the parts in `moved`: nobody knows which piece needs it. */
function isMountedOtherwise(context: RuleContext, run: Run, moved: readonly Range[]): boolean {
  const reads = flowOf(context).carriers.filter(({ readers }) => readers.some((one) => one.instruction === run.index));
  const used = (name: string) =>
    run.uses.some((use) => use.name === name && moved.some((part) => inside(use.range, part)));
  return (
    reads.some(({ variable }) => !used(variable)) || movesOf(context).some(({ readers }) => readers.includes(run.index))
  );
}

/** Whether the RUN may look at the file: it names it, its folder or a pattern for it, or runs what may name it. */
export function sees(context: RuleContext, run: Run, { target, readers = [] }: PrivateFile): boolean {
  if (readers.includes(run.index)) return true;
  const { text, paths, isProject } = sightOf(context, run);
  if (isProject) return true;
  const slash = target.lastIndexOf('/');
  const base = target.slice(slash + 1);
  const folder = target.slice(0, slash);
  const extension = /\.\w+$/.exec(target)?.[0];
  return (
    (text.includes(base) && new RegExp(`(?:^|[^\\w.-])${escapeRegExp(base)}(?![\\w-]|\\.\\w)`).test(text)) ||
    (slash > 0 && text.includes(folder) && new RegExp(`${escapeRegExp(folder)}(?![\\w.-]|/[\\w.])`).test(text)) ||
    // `for f in *.deb; do …`
    (extension !== undefined && text.includes(`*${extension}`)) ||
    paths.some((path) => covers(path, target))
  );
}

/** What a RUN looks at, whichever file is asked for. */
interface Sight {
  /** Without the commands that only look after files. */
  text: string;
  paths: readonly string[];
  isProject: boolean;
}

const sights = new WeakMap<Run, Sight>();

function sightOf(context: RuleContext, run: Run): Sight {
  const known = sights.get(run);
  if (known) return known;
  const others = run.commands.filter(({ program }) => !lookingAfter.test(program));
  const sight = {
    text: without(run, calledBy(run, lookingAfter)),
    paths: others.flatMap((command) => pathsOf(context, run, command)),
    isProject: others.some((command) => isProjectCode(toolOf(command), command)),
  };
  sights.set(run, sight);
  return sight;
}

const lookingAfter = /^(?:rm|chmod|chown|chgrp)$/;

/** The text of the RUN, heredocs included, with blanks in the place of these commands. */
function without({ source, range }: Run, commands: Run['commands']): string {
  let text = source.slice(range.start, range.end);
  for (const { range: gone } of commands) {
    const [start, end] = [gone.start - range.start, gone.end - range.start];
    text = text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);
  }
  return text;
}

/** `/tmp/*.deb`, `/tmp`. */
function covers(path: string, target: string): boolean {
  if (path === '/' || path.startsWith('-')) return false;
  if (target.startsWith(`${path}/`)) return true;
  const [start] = path.split(/[*?[]/);
  return start !== path && target.startsWith(start!);
}

/** Programs that replace, move or remove what they are given: a mounted file lets nobody do that. */
const changers =
  /^(?:mv|gunzip|gzip|bunzip2|bzip2|unxz|xz|unzstd|uncompress|sed|truncate|tee|dd|shred|unlink|touch|patch|chown|chgrp|ln)$/;

function setsMode(context: RuleContext, run: Run, { target }: PrivateFile): boolean {
  return run.commands.some((command) => command.program === 'chmod' && pathsOf(context, run, command).includes(target));
}

function changes(context: RuleContext, run: Run, { target }: PrivateFile): boolean {
  const known = changed.get(run) ?? changedPaths(context, run);
  changed.set(run, known);
  return known.has(target);
}

const changed = new WeakMap<Run, ReadonlySet<string>>();

function changedPaths(context: RuleContext, run: Run): ReadonlySet<string> {
  return new Set([
    ...run.redirects.map(({ target, range }) => pathAt(context, run, range.start, target)),
    ...calledBy(run, changers).flatMap((command) => pathsOf(context, run, command)),
  ]);
}
