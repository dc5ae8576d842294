import { userAt, workdirAt } from '../dockerfile/index.ts';
import { resolvePath } from '../ecosystems/index.ts';
import type { Change, Range } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { matchesGlob } from './glob.ts';
import { type Command, calledBy, inside, type Run } from './runs.ts';
import { around, behind, lastUpTo, within } from './spans.ts';

/** How a command that looks after files hits one of them. */
type Hit = 'named' | 'folder' | 'pattern';

const deleting = /^(?:rm|shred|unlink)$/;
const replacing = /^(?:mv|cp)$/;
const changingFolder = /^cd$/;
const adjusting = /^(?:chmod|chown|chgrp|dos2unix)$/;

/** Whether the RUN deletes the file, alone or with its folder. */
export function deletes(context: RuleContext, run: Run, target: string): boolean {
  return calledBy(run, deleting).some((command) =>
    operands(context, run, command).some((operand) => hit(command, operand, target) !== undefined),
  );
}

/** How the RUN deletes the file: by its name or with others, and whether it minds (`-f`) that there is none. */
export function deletionOf(context: RuleContext, run: Run, target: string): { hit: Hit; forced: boolean } | undefined {
  for (const command of calledBy(run, deleting)) {
    const forced = command.args.some((arg) => /^-\w*f|^--force$/.test(arg));
    const hits = operands(context, run, command).flatMap((operand) => hit(command, operand, target) ?? []);
    if (hits.length > 0) return { hit: hits.includes('named') ? 'named' : hits[0]!, forced };
  }
  return undefined;
}

/** Whether a command of the RUN behind `offset` deletes what the RUN's text calls `path`. */
export function deletesPath(context: RuleContext, run: Run, offset: number, path: string): boolean {
  const later = behind(calledBy(run, deleting), offset);
  if (later.length === 0) return false;
  const target = pathAt(context, run, offset - 1, path);
  return later.some((command) =>
    operands(context, run, command).some((operand) => hit(command, operand, target) !== undefined),
  );
}

/** Whether a command of the RUN behind `offset` puts another file in the place of what the RUN's text calls `path`. */
export function replacesPath(context: RuleContext, run: Run, offset: number, path: string): boolean {
  const later = behind(calledBy(run, replacing), offset);
  if (later.length === 0) return false;
  const target = pathAt(context, run, offset - 1, path);
  return later.some((command) => {
    const [source, destination, ...more] = operands(context, run, command);
    return source?.path !== target && destination?.path === target && more.length === 0;
  });
}

/** Whether the command only looks after files: what it names, it does not read. */
export function isUpkeep(command: Command): boolean {
  const name = command.program;
  return deleting.test(name) || adjusting.test(name) || /^(?:ls|test|\[|mkdir|stat|touch|echo)$/.test(name);
}

/**
 * The changes that take the deletion and the `chmod` of `targets` out of a RUN.
 *
 * A file that is mounted is not in the image, and while it is mounted it can be neither removed nor changed (EBUSY, EROFS).
 * `mounted` are the targets that this RUN gets as mounts; for these the removal of their own folder goes too.
 */
export function withoutUpkeep(
  context: RuleContext,
  run: Run,
  targets: readonly string[],
  mounted: readonly string[],
): Change[] {
  const gone: boolean[] = [];
  const changes: Change[] = [];
  for (const part of run.parts) {
    const [command, ...more] = within(run.commands, part.range);
    const words = command && more.length === 0 ? wordsToDrop(context, run, command, targets, mounted) : undefined;
    const removable = run.parts.length === 1 || part.removal !== undefined;
    gone.push(words === 'all' && removable);
    if (words === 'all' && !removable) changes.push(...inert(command));
    if (Array.isArray(words)) changes.push(...words.map((range) => ({ kind: 'replace' as const, range, text: '' })));
  }
  return [...(gone.every(Boolean) ? [] : changes), ...cutParts(run, gone)];
}

/** Takes the parts that are marked out of a RUN; all of them: the RUN itself. */
export function cutParts(run: Run, gone: readonly boolean[]): Change[] {
  if (!gone.includes(true)) return [];
  if (gone.every(Boolean)) return [{ kind: 'remove-instruction', instruction: run.index }];
  return withoutParts(run, gone);
}

/** The operands of a command to drop, or `all` when nothing would be left of it. */
function wordsToDrop(
  context: RuleContext,
  run: Run,
  command: Command,
  targets: readonly string[],
  mounted: readonly string[],
): Range[] | 'all' | undefined {
  const name = command.program;
  if (!deleting.test(name) && !adjusting.test(name)) return undefined;
  const all = operands(context, run, command);
  const dropped = all.filter((operand) => {
    if (targets.some((target) => hit(command, operand, target) === 'named')) return true;
    return mounted.some((target) => hit(command, operand, target) !== undefined && /\/\.ssh$/.test(operand.path));
  });
  if (dropped.length === 0) return undefined;
  if (dropped.length === all.length) return 'all';
  return dropped.map(({ range }) => withSpace(run.source, range));
}

/** The range with the blanks behind it, or, at the end of a line, those in front of it. */
function withSpace(source: string, { start, end }: Range): Range {
  const behind = /^[ \t]+(?=[^\s\\])/.exec(source.slice(end))?.[0].length ?? 0;
  if (behind > 0) return { start, end: end + behind };
  return { start: start - (/[ \t]+$/.exec(source.slice(0, start))?.[0].length ?? 0), end };
}

/** Where a command cannot be cut out (`a || rm x`), it does nothing instead. */
function inert(command: Command | undefined): Change[] {
  return command ? [{ kind: 'replace', range: command.range, text: 'true' }] : [];
}

/** Cuts members out of an `a && b; c` chain, each with the operator behind it, or before it at the end. */
function withoutParts(run: Run, gone: readonly boolean[]): Change[] {
  const changes: Change[] = [];
  for (let first = 0; first < gone.length; first++) {
    if (!gone[first]) continue;
    let last = first;
    while (gone[last + 1]) last++;
    changes.push({ kind: 'replace', range: cut(run, first, last), text: '' });
    first = last;
  }
  return changes;
}

function cut(run: Run, first: number, last: number): Range {
  const [before, next] = [run.parts[first - 1], run.parts[last + 1]];
  const [start, end] = [run.parts[first]!.range.start, run.parts[last]!.range.end];
  // `a && rm x; b`: the operator before goes, so that b still runs whatever a does.
  const keepsNext = run.parts[first]!.operator === '&&' && next?.operator === ';';
  if (next && !keepsNext) return { start, end: next.range.start };
  return { start: before?.range.end ?? start, end };
}

interface Operand {
  /** Absolute, may be a pattern. */
  path: string;
  /** In the source. */
  range: Range;
}

function operands(context: RuleContext, run: Run, command: Command): Operand[] {
  const skipped = adjusting.test(command.program) ? 1 : 0;
  const folder = folderAt(context, run, command);
  return command.words
    .slice(1)
    .filter(({ value }) => !value.startsWith('-'))
    .slice(skipped)
    .map(({ value, range }) => ({ path: resolve(context, run, folder, value), range }));
}

function hit(command: Command, operand: Operand, target: string): Hit | undefined {
  if (operand.path === target) return 'named';
  const recursive = command.args.some((arg) => /^-\w*[rR]|^--recursive$/.test(arg));
  if (recursive && target.startsWith(`${operand.path}/`)) return 'folder';
  return /[*?[]/.test(operand.path) && matchesGlob(operand.path, target) ? 'pattern' : undefined;
}

/** The working directory of a command: WORKDIR and the `cd` before it. */
function folderAt(context: RuleContext, run: Run, command: Command): string {
  let folder = workdirAt(context.dockerfile, run.instruction) ?? '/';
  for (const other of calledBy(run, changingFolder)) {
    if (other.range.start >= command.range.start) break;
    if (other.args[0] && !inOtherShell(run, other, command)) folder = resolve(context, run, folder, other.args[0]);
  }
  return folder;
}

/** `( cd x && y ) && z`: the folder is left again with the shell. */
function inOtherShell(run: Run, one: Command, command: Command): boolean {
  const [part] = around(run.parts, one.range);
  return part !== undefined && run.source[part.range.start] === '(' && !inside(command.range, part.range);
}

/** The absolute path of what the RUN's text at `offset` calls `path`. */
export function pathAt(context: RuleContext, run: Run, offset: number, path: string): string {
  const writer = lastUpTo(run.commands, offset);
  return writer ? resolve(context, run, folderAt(context, run, writer), path) : resolve(context, run, '/', path);
}

function resolve(context: RuleContext, run: Run, folder: string, path: string): string {
  const user = userAt(context.dockerfile, run.instruction)?.split(':')[0];
  const home = user === undefined || user === 'root' || user === '0' ? '/root' : `/home/${user}`;
  return resolvePath(folder, path.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, home));
}

/** The absolute paths of a command's operands. */
export function pathsOf(context: RuleContext, run: Run, command: Command): string[] {
  return operands(context, run, command).map(({ path }) => path);
}
