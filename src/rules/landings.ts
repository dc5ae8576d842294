import {
  expandWord,
  type Instruction,
  ignored,
  parseIgnore,
  valueAt,
  type Word,
  words,
  workdirAt,
} from '../dockerfile/index.ts';
import { resolvePath } from '../ecosystems/index.ts';
import { hasCode } from '../errors.ts';
import type { CredentialFile, RuleContext } from './context.ts';
import { matchesGlob } from './glob.ts';

/** A credential file that a COPY or ADD puts into a stage. */
export interface Landing {
  instruction: number;
  /** The source word that names it, as one of `sources`. */
  source: Word;
  /** Path in the context. */
  path: string;
  credential: CredentialFile;
  /** Absolute path in the stage. */
  target: string;
  /** False when the source is a folder or a pattern that other files fall under as well. */
  named: boolean;
}

/** Folders that base images bring along, so that COPY of one file to such a name puts the file into it. */
const knownFolder =
  /^\/(?:root|home(?:\/[^/]+)?|tmp|etc|opt|srv|app|src|code|workspace|usr(?:\/\w+){0,3}|var(?:\/\w+)*)?$/;

/**
 * The credential files that come into a stage by COPY or ADD, each with the place where it lands.
 *
 * Files that only hold placeholders are none, nor is what comes from another stage, an image, an address or a heredoc.
 */
export function landingsOf(context: RuleContext): readonly Landing[] {
  const known = cache.get(context) ?? findLandings(context);
  cache.set(context, known);
  return known;
}

const cache = new WeakMap<RuleContext, readonly Landing[]>();

function findLandings(context: RuleContext): Landing[] {
  return context.dockerfile.instructions.flatMap((instruction, index) =>
    isContextCopy(instruction) ? landingsAt(context, instruction, index) : [],
  );
}

/** The word with the variables that the Dockerfile itself gives a value to. */
function expanded(context: RuleContext, instruction: Instruction, word: Word): string {
  if (!word.value.includes('$')) return word.value;
  try {
    const home = (name: string) => (name === 'HOME' ? '/root' : undefined);
    const lookup = (name: string) => valueAt(context.dockerfile, instruction, name) ?? home(name);
    return expandWord(instruction.json ? word.value : word.raw, lookup, context.dockerfile.escape);
  } catch (error) {
    if (hasCode(error, 'DOCKERFILE_INVALID')) return word.value;
    throw error;
  }
}

function isContextCopy({ keyword, flags }: Instruction): boolean {
  return (keyword === 'COPY' || keyword === 'ADD') && !flags.some(({ name }) => name === 'from');
}

function landingsAt(context: RuleContext, instruction: Instruction, index: number): Landing[] {
  const all = words(instruction, context.dockerfile.escape);
  const destination = all.at(-1);
  if (!destination || all.length < 2) return [];
  const sources = all.slice(0, -1).filter(({ value }) => !/^<<|^(?:https?|git|ssh):|^git@/.test(value));
  return sources.flatMap((source) => {
    const covered = coveredBy(context, clean(expanded(context, instruction, source)), instruction);
    const secret = covered.flatMap((file) => {
      const credential = context.files.credential(file.path);
      return credential && !credential.placeholdersOnly ? [{ file, credential }] : [];
    });
    return secret.map(({ file, credential }) => ({
      instruction: index,
      source,
      path: file.path,
      credential,
      target: targetOf(context, instruction, expanded(context, instruction, destination), file, all.length > 2),
      named: secret.length === covered.length && clean(source.value) !== '',
    }));
  });
}

/** A sent file that a source names, itself or by a folder that it lies in. */
interface Covered {
  path: string;
  /** Its path below the destination folder. */
  below: string;
  folder: boolean;
}

/** The sent files that a source names. */
function coveredBy(context: RuleContext, source: string, { flags }: Instruction): Covered[] {
  const excluded = parseIgnore(
    flags.flatMap(({ name, value }) => (name === 'exclude' && value ? [value] : [])).join('\n'),
  );
  const parents = flags.some(({ name, value }) => name === 'parents' && value !== 'false');
  const sent = context.files.list.filter((path) => !ignored(excluded, path));
  return sent.flatMap((path): Covered[] => {
    // --parents keeps the whole path below the destination.
    if (parents && (matchesGlob(source, path) || parentMatching(source, path) !== undefined)) {
      return [{ path, below: path, folder: true }];
    }
    if (matchesGlob(source, path)) return [{ path, below: path.slice(path.lastIndexOf('/') + 1), folder: false }];
    const folder = source === '' ? '' : parentMatching(source, path);
    return folder === undefined ? [] : [{ path, below: path.slice(folder.length), folder: true }];
  });
}

/** The part of `path` that the pattern matches as a folder, with its slash. */
function parentMatching(pattern: string, path: string): string | undefined {
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    if (matchesGlob(pattern, path.slice(0, slash))) return path.slice(0, slash + 1);
  }
  return undefined;
}

function targetOf(
  context: RuleContext,
  instruction: Instruction,
  destination: string,
  { below, folder }: Covered,
  several: boolean,
): string {
  const target = absolute(context, instruction, destination);
  const last = target.slice(target.lastIndexOf('/') + 1);
  const isFolder =
    several || folder || /(?:^|\/)\.{0,2}$/.test(destination) || isKnownFolder(context, instruction, target);
  return isFolder && last !== below ? `${target === '/' ? '' : target}/${below}` : target;
}

function isKnownFolder(context: RuleContext, instruction: Instruction, target: string): boolean {
  return target === workdirAt(context.dockerfile, instruction) || knownFolder.test(target);
}

/** A destination as an absolute path without `.` and `..`; a working directory that nothing tells counts as `/`. */
export function absolute(context: RuleContext, instruction: Instruction, path: string): string {
  return resolvePath(workdirAt(context.dockerfile, instruction) ?? '/', path);
}

/** A source as a path of the context. BuildKit takes a leading `/` and `./` for the context's root. */
function clean(source: string): string {
  return resolvePath('/', source).slice(1);
}
