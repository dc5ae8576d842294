import { analyseRun, type Instruction, type ShellCommand, words } from '../../dockerfile/index.ts';
import type { Refusal } from '../ecosystem.ts';
import { isIn, resolvePath } from '../path.ts';
import { refuse } from './refuse.ts';
import type { SingleStage } from './single-stage.ts';

/** Whether a command belongs to a group of steps; `args` are its words without the program, quotes removed. */
export type CommandTest = (command: ShellCommand, args: readonly string[], from: string) => boolean;

/** What the steps of a template may do. */
export interface StepRules {
  /**
   * The absolute folders that reach the runtime stage as they are. Without any, only what is built does: then any place will
   * do for what is copied into the build (`checkAssets` says whether the program needs it), and none for what RUNs write.
   */
  folders: readonly string[];
  /** Commands that write into those folders, what is built, and caches only. */
  project: CommandTest;
  /** Commands that set the system up and read nothing of the project: they are repeated in the runtime stage. */
  system?: CommandTest;
  /** Images that only bring build tools, for COPY --from. */
  toolImages?: RegExp;
}

/** Programs that touch only the paths that they are given. */
const ofFiles = /^(?:rm|mkdir|cp|mv|chmod|chown|ln|touch|ls|cat|test|\[|find|sed|install)$/;

const harmless = /^(?:echo|printf|true|:|cd|set|export|exec|env|sh|bash)$/;

/** Folders whose content no program needs when it runs. */
const passing =
  /^\/(?:tmp|dev|var\/(?:tmp|cache|lib\/apt)|(?:root|home\/[^/]+)\/\.(?:cache|netrc|ssh|config|npm|npmrc|yarn|yarnrc))(?:\/|$)/;

/** The commands of a step that say something about where it writes. */
export type Sorted = { system: readonly Instruction[] } | Refusal;

/** The steps that the runtime stage repeats, or the first one that leaves something behind which it would lack. */
export function sortSteps(single: SingleStage, rules: StepRules): Sorted {
  const system: Instruction[] = [];
  for (const step of single.steps) {
    const kind = step.keyword === 'RUN' ? sortRun(single, step, rules) : sortCopy(single, step, rules);
    if (typeof kind !== 'string') return kind;
    if (kind === 'system') system.push(step);
  }
  return { system };
}

function sortCopy(single: SingleStage, step: Instruction, rules: StepRules): 'project' | Refusal {
  const destination = words(step, single.dockerfile.escape).at(-1)?.value ?? '';
  const from = single.folderAt(step);
  const image = step.flags.find(({ name }) => name === 'from')?.value;
  if (image !== undefined && rules.toolImages?.test(image)) return 'project';
  const ofContext =
    image === undefined && step.heredocs.length === 0 && !step.text.includes('://') && !/git@/.test(step.text);
  if (rules.folders.length === 0 && ofContext) return 'project';
  if (destination.startsWith('/') || from !== undefined) {
    const path = resolvePath(from ?? '/', destination);
    if (!destination.includes('$') && stays(path, rules)) return 'project';
  }
  return refuse(
    'copy-elsewhere',
    `Line ${step.line}: ${step.keyword} writes to ${destination}, which does not reach the runtime stage.`,
    rules.folders.length > 0
      ? `Copy into ${rules.folders[0]}, or write the stages by hand.`
      : 'Write the stages by hand.',
  );
}

function sortRun(single: SingleStage, step: Instruction, rules: StepRules): 'project' | 'system' | Refusal {
  const { commands, redirects, complete } = analyseRun(step);
  const from = single.folderAt(step) ?? '/';
  const isProject: CommandTest = (command, args) =>
    (harmlessCommand(command, args) && !leaves(command, args, from, rules)) ||
    rules.project(command, args, from) ||
    keepsToFolders(command, args, from, rules);
  const bad = commands.find((command) => !isProject(command, argsOf(command), from));
  const redirect = redirects.find(({ target }) => !/^&?\d*-?$/.test(target) && !isKept(target, from, rules));
  if (complete && !bad && !redirect) return 'project';
  const isSystem: CommandTest = (command, args) =>
    harmlessCommand(command, args) ||
    rules.system?.(command, args, from) === true ||
    command.program === 'rm' ||
    // a folder is for someone to write into, which a user whom the template sets could not
    (/^(?:mkdir|chown)$/.test(command.program) && single.user !== undefined);
  const readsNothing = step.flags.every(({ value = '' }) => !/(?:^|,)type=(?:secret|ssh|bind)\b/.test(value));
  const systemOnly = complete && commands.every((command) => isSystem(command, argsOf(command), from));
  if (rules.system && systemOnly && readsNothing && step.heredocs.length === 0 && !redirect) return 'system';
  const what = bad ? `"${bad.program}"` : redirect ? `the redirect to ${redirect.target}` : 'the step';
  return refuse(
    'system-step',
    `Line ${step.line}: ${what} may leave something outside of the project that the program needs.`,
    rules.system
      ? 'Put what sets up the system and what builds the project into RUNs of their own, or write the stages by hand.'
      : 'Write the stages by hand, with this step in the stage that needs it.',
  );
}

/** The words of a command without its program, quotes removed. */
export function argsOf({ words: list }: ShellCommand): string[] {
  return list.slice(1).map(({ value }) => value);
}

function harmlessCommand({ program }: ShellCommand, args: readonly string[]): boolean {
  if (!harmless.test(program)) return false;
  // the commands of `sh -c` are looked at one by one; a script in a file or from a pipe is not
  return !/^(?:sh|bash)$/.test(program) || args.some((arg) => /^-[a-z]*c$/.test(arg));
}

/** A `cd` to where relative paths would mean something else. */
function leaves({ program }: ShellCommand, [to = '~']: readonly string[], from: string, rules: StepRules): boolean {
  if (program !== 'cd' || rules.folders.length === 0) return false;
  return /^[~$-]/.test(to) || !stays(resolvePath(from, to), rules);
}

function keepsToFolders({ program }: ShellCommand, args: readonly string[], from: string, rules: StepRules): boolean {
  if (!ofFiles.test(program) || args.some((arg) => /^-(?:exec|ok)/.test(arg))) return false;
  const operands = args.filter((arg) => !arg.startsWith('-'));
  const paths = /^(?:chmod|chown|sed)$/.test(program) ? operands.slice(1) : operands;
  if (/^(?:ls|cat|test|\[)$/.test(program)) return true;
  return paths.every((path) => isKept(path, from, rules));
}

function isKept(path: string, from: string, rules: StepRules): boolean {
  const place = placeOf(path, from);
  return place !== undefined && stays(place, rules);
}

/** Where a path of shell text is; undefined where the text does not tell. Whose home folder `~` is does not matter. */
function placeOf(path: string, from: string): string | undefined {
  const told = path.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, '/home/~');
  return /[$`]|^~/.test(told) ? undefined : resolvePath(from, told);
}

function stays(path: string, { folders }: StepRules): boolean {
  return passing.test(path) || folders.some((folder) => isIn(folder, path));
}

/**
 * Whether a command only installs packages of the operating system, or makes users.
 *
 * Packages by name only: a file would have come from the project. Sources: apt-get(8), apk(8), useradd(8), adduser(8).
 */
export function setsUpSystem({ program }: ShellCommand, args: readonly string[]): boolean {
  if (/^(?:adduser|addgroup|useradd|groupadd|usermod|update-ca-certificates|locale-gen)$/.test(program)) return true;
  if (!/^(?:apt-get|apt|apk)$/.test(program)) return false;
  return args.every((arg) => !/[/$`]|\.(?:deb|apk)$/.test(arg) || arg.startsWith('-'));
}
