import { baseName, type Persistence, persistences } from '../ecosystems/index.ts';
import type { Range } from '../finding.ts';
import type { RuleContext } from './context.ts';
import type { Obstacle } from './obstacles.ts';
import { outputFiles, pipedInto, seatOf } from './output.ts';
import { leaves } from './place.ts';
import { type Command, inside, type Run } from './runs.ts';
import { around } from './spans.ts';
import { deletesPath, replacesPath } from './upkeep.ts';

/**
 * Why what stands in `place` of the RUN is kept in the image, by a tool or by a file; undefined when nothing tells.
 *
 * `what` names it in the message: `the value of TOKEN`. What the same RUN takes back or deletes again is not kept.
 */
export function keptBy(context: RuleContext, run: Run, place: Range, what: string): Obstacle | undefined {
  return keptByTool(run, place, what) ?? keptByFile(context, run, place, what);
}

/** What a message calls the value of a variable, or of a file that is mounted. */
export function whatOf(name: string): string {
  return name.startsWith('/') ? `what ${name} holds` : `the value of ${name}`;
}

/** Why a tool keeps it. */
export function keptByTool(run: Run, place: Range, what: string): Obstacle | undefined {
  const login = loginAt(run, place);
  if (!login) return undefined;
  return { message: `${login.command.program} keeps ${what} in ${login.known.where}.`, remedy: login.known.remedy };
}

/** A command that keeps a credential which stands in its words, or which is piped into it. */
export interface Login {
  command: Command;
  known: Persistence;
}

/** The command of the RUN that keeps what stands in `place`; undefined when none does, or when the RUN takes it back. */
export function loginAt(run: Run, place: Range): Login | undefined {
  const piped = pipedInto(run, place);
  const fed = fedByFile(run, place);
  for (const command of [...around(run.commands, seatOf(run, place)), ...piped, ...fed]) {
    const word = command.words.find(({ range }) => inside(place, range));
    const known = persistencesOf(command).find((persistence) => {
      if (fed.includes(command)) return true;
      if (piped.includes(command)) return persistence.stdin;
      return word === undefined || !persistence.word || persistence.word.test(word.value);
    });
    if (known && !isUndone(run, command, known)) return { command, known };
  }
  return undefined;
}

/** The logins of the RUN that read the file which the value is written into. */
function fedByFile(run: Run, place: Range): Command[] {
  const readers = loginsByFile(run);
  if (readers.length === 0) return [];
  const files = outputFiles(run, place).map(baseName);
  return readers.filter(({ args }) => args.some((arg) => files.some((file) => arg.endsWith(file))));
}

/** The login of the RUN that reads a credential from the file, and that the RUN does not take back. */
export function loginByFile(run: Run, base: string): Persistence | undefined {
  const login = loginsByFile(run).find(({ args }) => args.some((arg) => arg.endsWith(base)));
  const known = login && byFile(login);
  return known && isUndone(run, login, known) ? undefined : known;
}

const fileLogins = new WeakMap<Run, readonly Command[]>();

function loginsByFile(run: Run): readonly Command[] {
  const before = fileLogins.get(run);
  if (before) return before;
  const found = run.commands.filter(byFile);
  fileLogins.set(run, found);
  return found;
}

const lastUndos = new WeakMap<Run, Map<Persistence, number>>();

/** Whether a later command of the RUN takes the login back. */
function isUndone(run: Run, command: Command, known: Persistence): boolean {
  if (!known.undo) return false;
  const ends = lastUndos.get(run) ?? new Map<Persistence, number>();
  lastUndos.set(run, ends);
  const last = ends.get(known) ?? lastMatch(run, known.undo);
  ends.set(known, last);
  return last >= command.range.end;
}

/** Where the last command begins that the pattern matches; -1 when none does. */
function lastMatch(run: Run, pattern: RegExp): number {
  return run.commands.reduce((last, one) => (pattern.test(lineOf(one)) ? Math.max(last, one.range.start) : last), -1);
}

function byFile(command: Command): Persistence | undefined {
  return persistencesOf(command).find((persistence) => persistence.byFile);
}

const cache = new WeakMap<Command, readonly Persistence[]>();

/** All that the command matches; told once a command, for a RUN of thousands of lines asks for each use of a secret. */
function persistencesOf(command: Command): readonly Persistence[] {
  const before = cache.get(command);
  if (before) return before;
  const line = lineOf(command);
  const found = persistences.filter((persistence) => persistence.command.test(line));
  cache.set(command, found);
  return found;
}

/** Why a file keeps it. */
export function keptByFile(context: RuleContext, run: Run, place: Range, what: string): Obstacle | undefined {
  const kept = keptFiles(context, run, place)[0];
  if (kept === undefined) return undefined;
  const stage = context.dockerfile.stages[run.instruction.stage ?? -1];
  const stays = stage && !leaves(context, stage) ? 'its stage' : 'the image';
  return {
    message: `${what.charAt(0).toUpperCase()}${what.slice(1)} is written into ${kept}, which stays in ${stays}.`,
    remedy: `Remove ${kept} at the end of the same RUN, or hand the value over when the container starts instead of writing it.`,
  };
}

/** The files, as the RUN calls them, into which what stands in `place` is written and that the RUN does not delete. */
export function keptFiles(context: RuleContext, run: Run, place: Range): readonly string[] {
  const { start, end } = seatOf(run, place);
  const known = filesKept.get(run) ?? new Map<number, readonly string[]>();
  filesKept.set(run, known);
  const files = known.get(start) ?? findKept(context, run, place, end);
  known.set(start, files);
  return files;
}

const filesKept = new WeakMap<Run, Map<number, readonly string[]>>();

function findKept(context: RuleContext, run: Run, place: Range, end: number): string[] {
  return outputFiles(run, place).filter(
    (file) =>
      !/^(?:\/dev\/|&|\d+$|\/run\/|-$)/.test(file) &&
      !deletesPath(context, run, end, file) &&
      !replacesPath(context, run, end, file),
  );
}

/** The command's words, joined by single spaces. */
export function lineOf(command: Command): string {
  return [command.program, ...command.args].join(' ');
}
