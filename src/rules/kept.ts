import { baseName, type Persistence, persistences } from '../ecosystems/index.ts';
import type { Range } from '../finding.ts';
import type { RuleContext } from './context.ts';
import type { Obstacle } from './obstacles.ts';
import { leaves } from './place.ts';
import { type Command, inside, type Run } from './runs.ts';
import { deletesPath, replacesPath } from './upkeep.ts';

/** Further programs at the end of a pipe whose output still holds what came in, as it is or encoded. */
const copiers = /^(?:tr|base32|xxd|od|hexdump|jq|awk|head|tail|cut|rev|gzip|xz|bzip2|zstd|sort)$/;

/** Programs that write what they are given as it is, or in a form that can be turned back. */
const writers = /^(?:echo|printf|cat|tee|sed|envsubst|base64)$/;

/**
 * Why what stands in `place` of the RUN is kept in the image, by a tool or by a file; undefined when nothing tells.
 *
 * `what` names it in the message: `the value of TOKEN`. What the same RUN takes back or deletes again is not kept.
 */
export function keptBy(context: RuleContext, run: Run, place: Range, what: string): Obstacle | undefined {
  return keptByTool(run, place, what) ?? keptByFile(context, run, place, what);
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
  for (const command of [...run.commands.filter(({ range }) => inside(place, range)), ...piped, ...fed]) {
    const known = persistencesOf(command).find(
      (persistence) => fed.includes(command) || !piped.includes(command) || persistence.stdin,
    );
    if (!known) continue;
    const later = run.commands.filter(({ range }) => range.start >= command.range.end);
    if (known.undo && later.some((other) => known.undo?.test(lineOf(other)))) continue;
    return { command, known };
  }
  return undefined;
}

/** The logins of the RUN that read the file which the value is written into. */
function fedByFile(run: Run, place: Range): Command[] {
  const part = run.parts.find(({ range }) => inside(place, range))?.range;
  const files = run.redirects.filter(({ range }) => part && inside(range, part)).map(({ target }) => baseName(target));
  if (files.length === 0) return [];
  return run.commands.filter(
    (command) => byFile(command) && command.args.some((arg) => files.some((file) => arg.endsWith(file))),
  );
}

/** The login of the RUN that reads a credential from the file, and that the RUN does not take back. */
export function loginByFile(run: Run, base: string): Persistence | undefined {
  const login = run.commands.find((command) => command.args.some((arg) => arg.endsWith(base)) && byFile(command));
  const known = login && byFile(login);
  const later = login ? run.commands.filter(({ range }) => range.start >= login.range.end) : [];
  return known?.undo && later.some((other) => known.undo?.test(lineOf(other))) ? undefined : known;
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

/** The commands behind the one that writes the value into a pipe. */
function pipedInto(run: Run, place: Range): Command[] {
  const writer = run.commands.find(({ range }) => inside(place, range));
  const part = run.parts.find(({ range }) => inside(place, range))?.range;
  if (!part || !writer || !writers.test(writer.program)) return [];
  const between = run.source.slice(writer.range.end, part.end);
  if (!/^\s*(?:\\\s*)?\|(?!\|)/.test(between)) return [];
  return run.commands.filter(({ range }) => range.start >= writer.range.end && inside(range, part));
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
export function keptFiles(context: RuleContext, run: Run, place: Range): string[] {
  const part = run.parts.find(({ range }) => inside(place, range))?.range ?? run.range;
  const writer = run.commands.find(({ range }) => inside(place, range));
  if (!writer || !writers.test(writer.program)) return [];
  const targets = run.redirects
    .filter(({ range }) => inside(range, part) && passesOn(run, writer.range.start, range.start))
    .map(({ target }) => target);
  const teed = run.commands.filter(({ program, range }) => program === 'tee' && inside(range, part));
  const edited =
    /^sed$/.test(writer.program) && writer.args.some((arg) => /^-\w*i|^--in-place/.test(arg))
      ? writer.args.slice(-1)
      : [];
  const files = [...targets, ...teed.flatMap(({ args }) => args.filter((arg) => !arg.startsWith('-'))), ...edited];
  return files.filter(
    (file) =>
      !/^(?:\/dev\/|&|\d+$|\/run\/|-$)/.test(file) &&
      !deletesPath(context, run, place.end, file) &&
      !replacesPath(context, run, place.end, file),
  );
}

/** Programs that leave nothing of what they read, so neither does whatever follows in the pipe. */
const digests = /^(?:(?:sha\d+|md5|b2|ck)sum|cksum|shasum|sum|wc)$/;

/** Whether what is redirected at `offset` of a part still holds what the command at `from` wrote into the pipe. */
function passesOn(run: Run, from: number, offset: number): boolean {
  const pipe = run.commands.filter(({ range }) => range.start > from && range.start <= offset);
  if (pipe.some(({ program }) => digests.test(program))) return false;
  const owner = pipe.at(-1);
  return owner === undefined || writers.test(owner.program) || copiers.test(owner.program);
}

/** The command's words, joined by single spaces. */
export function lineOf(command: Command): string {
  return [command.program, ...command.args].join(' ');
}
