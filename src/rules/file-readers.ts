import { references, type Stage, userAt, words } from '../dockerfile/index.ts';
import { baseName, mentionCounts } from '../ecosystems/index.ts';
import type { Change } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { copyChanges } from './copied-file.ts';
import { keptBy } from './kept.ts';
import type { Landing } from './landings.ts';
import { namesFile } from './named-files.ts';
import { changesInPlace } from './output.ts';
import { instructionsAfter, stagesFrom } from './place.ts';
import { isLocal, isProjectCode, toolOf } from './readers.ts';
import { type Command, indexOf, type Run, runOf } from './runs.ts';
import { isSshIdentity } from './ssh-identity.ts';
import { deletes, pathsOf } from './upkeep.ts';

/** What happens to a file after it has come into a stage. */
export interface FileUse {
  /** RUNs that read it, by index. */
  readers: number[];
  /** RUNs that come after it and can still see it, up to the one that deletes it. */
  after: Run[];
  deleted: boolean;
  /** RUNs that copy it to another place, where it would stay. */
  copiers: number[];
  /** RUNs that change it where it lies, so that it would stay there changed. */
  changers: number[];
  /** What keeps the copies that other RUNs make of it out of the image. */
  copyChanges: Change[];
  /** Instructions of other stages that take the file by its own name. */
  takenBy: number[];
  /** Whether another stage takes it along with its folder. */
  takenAlong: boolean;
}

/** Whether something more than the removal of the file itself is needed to be rid of it. */
export function isCopied({ copiers, changers, copyChanges }: FileUse): boolean {
  return copiers.length > 0 || changers.length > 0 || copyChanges.length > 0;
}

/** A file that has come into a stage, by COPY or by a RUN. */
export type Placed = Pick<Landing, 'instruction' | 'path' | 'credential' | 'target' | 'named'>;

/** Follows a file through its stage and the stages that are built FROM it. */
export function useOf(context: RuleContext, landing: Placed): FileUse {
  const { dockerfile } = context;
  const use: FileUse = {
    readers: [],
    after: [],
    deleted: false,
    copiers: [],
    changers: [],
    copyChanges: [],
    takenBy: [],
    takenAlong: false,
  };
  const stages = stagesFrom(context, landing.instruction);
  for (const instruction of instructionsAfter(context, landing.instruction)) {
    if (instruction.keyword !== 'RUN') continue;
    const run = runOf(dockerfile, indexOf(dockerfile, instruction));
    use.after.push(run);
    if (readsFile(context, landing, run)) use.readers.push(run.index);
    for (const command of run.commands.filter((one) => copies(context, run, one, landing))) {
      const changes = /^(?:cp|mv|install)$/.test(command.program) ? copyChanges(context, run, command) : undefined;
      if (changes) use.copyChanges.push(...changes);
      else if (changesInPlace(command)) use.changers.push(run.index);
      else use.copiers.push(run.index);
    }
    if (!deletes(context, run, landing.target)) continue;
    use.deleted = true;
    break;
  }
  taken(context, landing, stages, use);
  return use;
}

/** Whether the RUN reads the file, with what stands behind `from` where it is given. */
export function readsFile(context: RuleContext, landing: Placed, run: Run, from = run.range.start): boolean {
  if (names(run, landing, from)) return true;
  const { family } = landing.credential;
  if (family !== 'app' && !familiesOf(run).has(family)) return false;
  return run.commands.some((command) => {
    if (command.range.start < from) return false;
    const tool = toolOf(command);
    const reads = tool?.family === family || tool?.reads?.includes(family);
    if (tool && reads && !isLocal(tool, command) && isWhereLooked(context, landing)) return true;
    return family === 'app' && isProjectCode(tool, command) && projectReads(context, landing);
  });
}

const families = new WeakMap<Run, ReadonlySet<string>>();

/** The families of tools whose files the commands of the RUN read. */
function familiesOf(run: Run): ReadonlySet<string> {
  const known =
    families.get(run) ??
    new Set(
      run.commands.flatMap((command) => {
        const tool = toolOf(command);
        return tool ? [tool.family, ...(tool.reads ?? [])] : [];
      }),
    );
  families.set(run, known);
  return known;
}

/**
 * Whether the project's own code can be taken to read the file in a build.
 *
 * `.env` and its like are read by libraries without being named; any other file is, when it was copied by name or when a
 * file of the project names it.
 */
function projectReads(context: RuleContext, { path, credential, named }: Placed): boolean {
  if (context.files.needed(path) === 'runtime') return false;
  return named || credential.kind === 'env' || context.files.mentions(baseName(path)).some(mentionCounts);
}

/** ssh looks for keys in `.ssh` and where it is told to, git and curl for their files in the home folder; others have many places. */
function isWhereLooked(context: RuleContext, { credential, target }: Placed): boolean {
  if (credential.family === 'ssh') return /\/\.ssh\/[^/]+$/.test(target) || isSshIdentity(context, target);
  if (credential.family === 'git' || credential.family === 'netrc')
    return /^\/(?:root|home\/[^/]+)\/[^/]+$/.test(target);
  return true;
}

/** Whether the text of the RUN names the file, other than to delete it or to set its mode. */
export function names(run: Run, landing: Placed, from = run.range.start): boolean {
  return namesFile(run, baseName(landing.target), from);
}

function copies(context: RuleContext, run: Run, command: Command, landing: Placed): boolean {
  const paths = pathsOf(context, run, command);
  if (/^(?:cp|mv|install)$/.test(command.program)) return paths.slice(0, -1).includes(landing.target);
  return paths.includes(landing.target) && keptBy(context, run, command.range, landing.path) !== undefined;
}

/** COPY --from of other stages. */
function taken(context: RuleContext, landing: Placed, stages: readonly Stage[], use: FileUse): void {
  if (use.deleted) return;
  const { dockerfile } = context;
  for (const other of dockerfile.stages) {
    for (const { instruction, stage } of references(dockerfile, other)) {
      if (instruction.keyword === 'RUN' || !stages.includes(stage)) continue;
      for (const { value } of words(instruction, dockerfile.escape).slice(0, -1)) {
        const source = `/${value}`.replace(/\/+/g, '/').replace(/\/(?:\.)?$/, '');
        if (source === landing.target) use.takenBy.push(indexOf(dockerfile, instruction));
        else if (landing.target.startsWith(`${source}/`)) use.takenAlong = true;
      }
    }
  }
}

/** Whether the steps of the RUN run as root, or as what the base image says. */
export function runsAsRoot(context: RuleContext, run: Pick<Run, 'instruction'>): boolean {
  return userOf(context, run) === 'root';
}

/** Whether both RUNs run as one user, with one home folder. */
export function sameUser(context: RuleContext, run: Run, other: Run): boolean {
  return userOf(context, run) === userOf(context, other);
}

function userOf(context: RuleContext, run: Pick<Run, 'instruction'>): string {
  const user = userAt(context.dockerfile, run.instruction)?.split(':')[0];
  return user === undefined || user === '' || user === '0' ? 'root' : user;
}
