import { ancestors, type Instruction, type Stage, shellAt, words, workdirAt } from '../dockerfile/index.ts';
import type { Change } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { runsAsRoot } from './file-readers.ts';
import { absolute } from './landings.ts';
import { runOf } from './runs.ts';

/** An ADD of an address as a RUN. */
export interface Fetch {
  /** Shell text that fetches what the ADD would. */
  command: string;
  /** Whether the tool is known to be there. */
  sure: boolean;
}

/** Official images on buildpack-deps, which has curl: those without `slim` or `alpine` in the tag. */
const withCurl =
  /^(?:docker\.io\/)?(?:library\/)?(?:buildpack-deps|node|python|ruby|golang|rust)(?::(?!.*(?:slim|alpine|windows|nanoserver))[\w.-]+)?(?:@.*)?$/;

const packageManager = /^(?:apt-get|apt|apk|yum|dnf|microdnf|zypper)$/;

/** BusyBox has a wget. */
const withWget = /^(?:docker\.io\/)?(?:library\/)?(?:busybox|alpine)(?::[\w.-]+)?(?:@.*)?$/;

/**
 * The RUN that does what an ADD of one address does: the same file, mode 0600 unless a flag says otherwise, owner root.
 *
 * Undefined where it does something else: several sources, a repository, further flags, another user than root, a shell that
 * is none. Source: Dockerfile reference, ADD.
 */
export function fetchOf(context: RuleContext, instruction: Instruction): Fetch | undefined {
  const stage = context.dockerfile.stages[instruction.stage ?? -1];
  const all = words(instruction, context.dockerfile.escape);
  const [source, destination, ...more] = all;
  if (instruction.keyword !== 'ADD' || !stage || !source || !destination || more.length > 0) return undefined;
  if (!/^https?:\/\//.test(source.value) || isRepository(source.value) || !isPosixRoot(context, instruction))
    return undefined;
  if ([source.value, destination.value].some((word) => /["\\`\s]|\$\(/.test(word))) return undefined;
  const flags = new Map(instruction.flags.map(({ name, value }) => [name, value ?? '']));
  const mode = flags.get('chmod') ?? '600';
  const owner = flags.get('chown');
  const known = [...flags.keys()].every((name) => name === 'chmod' || name === 'chown');
  if (!known || !/^[0-7]{3,4}$/.test(mode) || (owner !== undefined && !/^[\w.:-]+$/.test(owner))) return undefined;
  const file = fileOf(context, instruction, source.value, destination.value);
  if (file === undefined) return undefined;
  const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  // ADD gives its mode and owner to the folders that it makes, too (seen with BuildKit of Docker 28).
  if (folder !== '' && flags.size > 0) return undefined;
  const credential = /^https?:\/\/[^/]*@/.test(source.value);
  const tool = toolIn(context, stage, instruction, credential);
  const fetch = tool === 'wget' ? `wget -q -O "${file}"` : `curl -fsSLR -o "${file}"`;
  const steps = [
    // ADD makes the folder of its destination; a base image may lack any.
    ...(folder === '' ? [] : [`mkdir -p "${folder}"`]),
    `${fetch} "${source.value}"`,
    `chmod ${mode} "${file}"`,
    ...(owner === undefined ? [] : [`chown ${owner} "${file}"`]),
  ];
  return { command: steps.join(' && '), sure: tool !== undefined };
}

/** The changes that make RUNs of the ADDs among these instructions. */
export function fetchChanges(context: RuleContext, instructions: readonly number[]): Change[] {
  return instructions.flatMap((index): Change[] => {
    const fetch = fetchOf(context, context.dockerfile.instructions[index]!);
    return fetch ? [{ kind: 'run', instruction: index, command: fetch.command }] : [];
  });
}

function isRepository(address: string): boolean {
  return /\.git(?:[#?]|$)/.test(address);
}

function isPosixRoot(context: RuleContext, instruction: Instruction): boolean {
  const { dockerfile } = context;
  const posix = shellAt(dockerfile, instruction).some((word) => /(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(word));
  return posix && runsAsRoot(context, { instruction });
}

/** Folders that every base image has. Source: Filesystem Hierarchy Standard. */
const everywhere =
  /^\/(?:bin|etc|home|lib|mnt|opt|root|sbin|srv|tmp|usr(?:\/local)?(?:\/(?:bin|lib|sbin|share))?|var(?:\/(?:cache|lib|log|tmp))?)$/;

/** The file that ADD writes: its destination, or below that the last part of the address. */
function fileOf(
  context: RuleContext,
  instruction: Instruction,
  address: string,
  destination: string,
): string | undefined {
  if (/(?:^|\/)\.{1,2}$/.test(destination)) return undefined;
  const target = absolute(context, instruction, destination);
  // A file goes into a folder that is there.
  const isFolder = everywhere.test(target) || target === workdirAt(context.dockerfile, instruction);
  if (!destination.endsWith('/') && !isFolder) return destination;
  const path = address.replace(/^https?:\/\/[^/]*/, '').replace(/[?#].*$/, '');
  const name = path.slice(path.lastIndexOf('/') + 1);
  const folder = destination.replace(/\/*$/, '/');
  return /^[\w.-]+$/.test(name) && !name.startsWith('.') ? `${folder}${name}` : undefined;
}

/**
 * The tool that is surely there at the instruction: the base image has it, or a step before it installs or uses it.
 *
 * wget sends a credential of the address only when it is asked for it; ADD and curl send it at once.
 */
function toolIn(
  context: RuleContext,
  stage: Stage,
  instruction: Instruction,
  credential: boolean,
): 'curl' | 'wget' | undefined {
  const chain = [...ancestors(stage).reverse(), stage];
  const image = chain[0]!.image;
  const runs = chain
    .flatMap(({ instructions }) => instructions)
    .filter(({ keyword, range }) => keyword === 'RUN' && range.start < instruction.range.start)
    .map((run) => runOf(context.dockerfile, context.dockerfile.instructions.indexOf(run)));
  const all = runs.flatMap(({ commands }) => commands);
  const removed = all.some(({ program, args }) => removes(program, args));
  const has = (tool: string) =>
    !removed &&
    runs.some(({ commands }) =>
      commands.some(({ program, args }) => program === tool || (installs(program, args) && args.includes(tool))),
    );
  if (withCurl.test(image) || has('curl')) return 'curl';
  if (!credential && (withWget.test(image) || has('wget'))) return 'wget';
  return undefined;
}

/** Which of the packages goes may be hidden behind a name (`apk del .build-deps`). */
function removes(program: string, args: readonly string[]): boolean {
  return packageManager.test(program) && args.some((arg) => /^(?:remove|purge|autoremove|del|erase|rm)$/.test(arg));
}

function installs(program: string, args: readonly string[]): boolean {
  return packageManager.test(program) && args.some((arg) => /^(?:install|add|in)$/.test(arg));
}
