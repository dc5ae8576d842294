import { ancestors, words, workdirAt } from '../dockerfile/index.ts';
import { baseName, type WrittenFile, writtenFile } from '../ecosystems/index.ts';
import type { Change, Range } from '../finding.ts';
import { type Carry, holdsLiteral, isCuttable, isOpen, oneLine } from './carry.ts';
import type { RuleContext } from './context.ts';
import { type FileUse, isCopied, names, type Placed, readsFile, sameUser, useOf } from './file-readers.ts';
import { keptFiles, loginByFile } from './kept.ts';
import { absolute, landingsOf } from './landings.ts';
import { seatOf } from './output.ts';
import { isProjectCode, toolOf } from './readers.ts';
import { indexOf, type Run, runOf, type Use } from './runs.ts';
import { lastUpTo, within } from './spans.ts';
import { isSshIdentity } from './ssh-identity.ts';
import { deletes, pathAt, pathsOf, withoutUpkeep } from './upkeep.ts';

/** A file that a RUN writes a secret into, and what becomes of it. */
export interface Writing {
  run: Run;
  /** As the RUN calls it. */
  name: string;
  target: string;
  /** Which tool reads it, where one is known for its path. */
  file?: WrittenFile;
  use: FileUse;
  placed: Placed;
}

/** A key that lies where ssh looks only when it is told to. */
const sshKey: WrittenFile = { family: 'ssh', kind: 'ssh-key', need: 'seen' };

/** The file that the use is written into and that the RUN leaves behind; undefined when there is none. */
export function writingOf(context: RuleContext, run: Run, use: Use): Writing | undefined {
  const [name, ...more] = keptFiles(context, run, use.range);
  if (name === undefined || more.length > 0) return undefined;
  const target = pathAt(context, run, seatOf(run, use.range).start, name);
  // A RUN can write one file in thousands of places.
  const writings = cache.get(context) ?? new Map<string, Writing>();
  cache.set(context, writings);
  const key = `${run.index} ${target}`;
  const writing = writings.get(key) ?? newWriting(context, run, name, target);
  writings.set(key, writing);
  return writing;
}

const cache = new WeakMap<RuleContext, Map<string, Writing>>();

function newWriting(context: RuleContext, run: Run, name: string, target: string): Writing {
  const file = writtenFile(target) ?? (isSshIdentity(context, target) ? sshKey : undefined);
  const placed: Placed = {
    instruction: run.index,
    path: baseName(target),
    target,
    named: true,
    credential: {
      kind: file?.kind ?? 'file',
      family: file?.family ?? 'none',
      secretNames: [],
      placeholdersOnly: false,
    },
  };
  return { run, name, target, ...(file && { file }), use: useOf(context, placed), placed };
}

/**
 * How the writing moves into the RUNs that read the file, each of which removes it again.
 *
 * Undefined where a person has to say what becomes of the file: when the running program may need it, another stage takes
 * it, or the steps cannot be moved safely.
 */
export function fileCarry(context: RuleContext, run: Run, use: Use): Carry | undefined {
  const writing = writingOf(context, run, use);
  if (!writing) return undefined;
  const known = carries.get(writing) ?? { carry: carryOfFile(context, writing) };
  carries.set(writing, known);
  return known.carry;
}

const carries = new WeakMap<Writing, { carry: Carry | undefined }>();

function carryOfFile(context: RuleContext, writing: Writing): Carry | undefined {
  const { run } = writing;
  if (writing.use.takenBy.length > 0 || isCopied(writing.use)) return undefined;
  const parts = writingParts(context, writing);
  const [first] = parts;
  if (first === undefined || !startsAnew(context, writing, first)) return undefined;
  const texts = parts.map((index) => oneLine(run, run.parts[index]!.range));
  const name = rawName(run, writing);
  if (name === undefined || texts.some((text) => text === undefined)) return undefined;
  if (parts.some((index) => holdsLiteral(context, run.parts[index]!.range))) return undefined;
  const consumers = seenBy(context, writing);
  const own = usedBehind(context, writing, run.parts[parts.at(-1)!]!.range);
  if (!isForBuild(writing, own) || (!own && (consumers.length === 0 || !isCuttable(run, parts)))) return undefined;
  const others = consumers.map((index) => runOf(context.dockerfile, index));
  // The tool would keep what it reads from the file.
  if ([run, ...others].some((other) => loginByFile(other, baseName(writing.target)))) return undefined;
  const cleans = others.filter((other) => deletes(context, other, writing.target)).map(({ index }) => index);
  const touched = own ? [run, ...others] : others;
  // Another user may not be let write there, or has another home.
  if (!touched.every((other) => isOpen(context, other, true) && sameUser(context, run, other))) return undefined;
  if (!name.startsWith('/') && !name.startsWith('~') && !others.every((other) => sameFolder(context, run, other))) {
    return undefined;
  }
  const mode =
    writing.file?.kind === 'ssh-key' && !texts.some((text) => text?.startsWith('chmod ')) ? [`chmod 600 ${name}`] : [];
  return {
    run,
    parts,
    before: [...texts, ...mode].join(' && '),
    after: `rm -f ${name}`,
    own,
    consumers,
    cleans,
    families: [writing.file?.family ?? 'other'],
    more: upkeepChanges(context, writing, consumers),
    title: `Write ${writing.name} in the RUNs that read it, and remove it there.`,
  };
}

/** The RUNs that read the file. A tool that another user runs does not look into this home unless it is told to. */
function seenBy(context: RuleContext, { run, target, use, placed }: Writing): number[] {
  const isHome = /^\/(?:root|home\/[^/]+)\//.test(target);
  return use.readers.filter((index) => {
    const reader = runOf(context.dockerfile, index);
    return !isHome || sameUser(context, run, reader) || names(reader, placed);
  });
}

/** The parts that write the file and nothing else; none where it may have held something before. */
export function fileWriting(context: RuleContext, writing: Writing): readonly number[] {
  const parts = writingParts(context, writing);
  const [first] = parts;
  const alone = parts.every((index) => writesOnly(writing, index));
  return first !== undefined && alone && startsAnew(context, writing, first) ? parts : [];
}

function writesOnly({ run, name }: Writing, index: number): boolean {
  const { range } = run.parts[index]!;
  const programs = within(run.commands, range).map(({ program }) => program);
  const targets = within(run.redirects, range).map(({ target }) => target);
  return (
    programs.every((program) => /^(?:echo|printf|cat|base64|tr|envsubst|jq|head|chmod)$/.test(program)) &&
    targets.every((target) => target === name || /^(?:\/dev\/null|&?\d)$/.test(target))
  );
}

/** The parts that write the file, with the secret or without, and those that set its mode. */
function writingParts(context: RuleContext, { run, target }: Writing): readonly number[] {
  if (run.movesOutput) return [];
  const known = partsByFile.get(run) ?? findWriters(context, run);
  partsByFile.set(run, known);
  return known.get(target) ?? [];
}

const partsByFile = new WeakMap<Run, ReadonlyMap<string, readonly number[]>>();

/** By file: a RUN can write thousands of them. */
function findWriters(context: RuleContext, run: Run): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [index, { range }] of run.parts.entries()) {
    const writers = within(run.redirects, range);
    const [command, ...more] = within(run.commands, range);
    const set = command?.program === 'chmod' && more.length === 0 ? pathsOf(context, run, command) : [];
    const written = writers.map((redirect) => pathAt(context, run, redirect.range.start, redirect.target));
    for (const path of new Set([...written, ...(set.length === 1 ? set : [])])) {
      const parts = found.get(path);
      if (parts) parts.push(index);
      else found.set(path, [index]);
    }
  }
  return found;
}

/** Whether nothing of the file's content was there before, so that removing it takes away what was written and no more. */
function startsAnew(context: RuleContext, { run, target }: Writing, first: number): boolean {
  if (landingsOf(context).some((landing) => landing.target === target)) return false;
  const { range } = run.parts[first]!;
  const writers = within(run.redirects, range);
  // In a home folder, a base image has none of these files.
  const own = /^\/(?:root|home\/[^/]+)\/\./.test(target) && writtenFile(target) !== undefined;
  if (writers.length !== 1) return false;
  return !writers[0]!.append || (own && !mayHold(context, run, target));
}

/** Whether a step before the RUN may have put the file there: a COPY to it or to its folder, or a RUN that writes it. */
function mayHold(context: RuleContext, run: Run, target: string): boolean {
  const stage = context.dockerfile.stages[run.instruction.stage!]!;
  const before = [...ancestors(stage), stage]
    .flatMap(({ instructions }) => instructions)
    .filter(({ range }) => range.start < run.range.start);
  return before.some((instruction) => {
    if (instruction.keyword === 'RUN') {
      const other = runOf(context.dockerfile, indexOf(context.dockerfile, instruction));
      return other.redirects.some((one) => pathAt(context, other, one.range.start, one.target) === target);
    }
    const destination = words(instruction, context.dockerfile.escape).at(-1)?.value;
    if (!/^(?:COPY|ADD)$/.test(instruction.keyword) || destination === undefined) return false;
    const path = absolute(context, instruction, destination.replace(/^(?:\$HOME|\$\{HOME\})(?=\/|$)/, '/root'));
    return path === target || (path !== '/' && target.startsWith(`${path}/`));
  });
}

/** The name of the file as the shell reads it, quotes included. */
function rawName({ source, redirects }: Run, { name }: Writing): string | undefined {
  const known = redirectsByName.get(redirects) ?? new Map([...redirects].reverse().map((one) => [one.target, one]));
  redirectsByName.set(redirects, known);
  const redirect = known.get(name);
  const raw = redirect && source.slice(redirect.range.start, redirect.range.end).replace(/^\d*>{1,2}\|?\s*/, '');
  return raw !== undefined && /^(?:(?:~|\$HOME|\$\{HOME\})\/)?[\w./-]+$/.test(raw) ? raw : undefined;
}

const redirectsByName = new WeakMap<Run['redirects'], ReadonlyMap<string, Run['redirects'][number]>>();

/** Whether a later part of the same RUN reads the file. */
function usedBehind(context: RuleContext, { run, placed }: Writing, last: Range): boolean {
  const later = lastUpTo(run.commands, run.range.end);
  return later !== undefined && later.range.start >= last.end && readsFile(context, placed, run, last.end);
}

function isForBuild({ file, use }: Writing, own: boolean): boolean {
  if (file) return use.deleted || file.need === 'build' || own || use.readers.length > 0;
  // Code of the project may read a file that no tool is known for without naming it.
  const unseen = use.after.filter(({ index }) => !use.readers.includes(index));
  return use.deleted && !unseen.some(({ commands }) => commands.some((one) => isProjectCode(toolOf(one), one)));
}

function sameFolder({ dockerfile }: RuleContext, run: Run, other: Run): boolean {
  const changes = [run, other].some(({ commands }) => commands.some(({ program }) => program === 'cd'));
  return !changes && workdirAt(dockerfile, run.instruction) === workdirAt(dockerfile, other.instruction);
}

/** Later RUNs that do not read the file, but remove it or set its mode, have nothing left to do it to. */
function upkeepChanges(context: RuleContext, { target, use }: Writing, consumers: readonly number[]): Change[] {
  return use.after
    .filter(({ index }) => !consumers.includes(index))
    .flatMap((run) => withoutUpkeep(context, run, [target], []));
}
