import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { type SourceSettings, schemeOf } from '../../config/index.ts';
import { filePath } from '../providers/file.ts';
import { programWords } from '../providers/program.ts';
import { providerFor } from '../providers/providers.ts';
import type { DeclaredSource } from './declared.ts';
import { shownReference } from './trouble.ts';

/** One thing that a project asks of its user's machine, accounts and stores, and that the user has not said themself. */
export interface Demand {
  /** What it is for: the name of a secret, or `sources.vault`. */
  about: string;
  /** In words for a person: `Vault`, `a program`. */
  title: string;
  /** The reference, or the settings as JSON; nothing in it can move a cursor or change the direction of text. */
  what: string;
  /** The same for a log: without the words of a program and what settings are set to, where somebody may have pasted a value. */
  brief: string;
  /**
   * `always`: it starts a program, or says to which server credentials go. `outside`: it takes a value from where only the
   * user may read.
   */
  level: 'always' | 'outside';
  /** Changes with anything that the user should be asked about again. */
  digest: string;
}

/** Settings that only choose among the user's own things. */
const harmlessSettings = new Set(['region', 'project', 'namespace', 'profile', 'account', 'config']);

/** Parameters of references that do. */
const harmlessParameters = new Set([
  ...harmlessSettings,
  'attribute',
  'attr',
  'field',
  'format',
  'key',
  'key_type',
  'label',
  'location',
  'mode',
  'raw',
  'recursive',
  'ssh-format',
  'stage',
  'trim_nl',
  'version',
  'version_id',
  'version-id',
  'version_stage',
  'version-stage',
]);

/** Larger files are no scripts. */
const maxProgramBytes = 4 * 1024 * 1024;

/**
 * What has to be trusted before these sources may be asked.
 *
 * Nothing of what stands on the command line, and no file below `folder`, where the project's configuration lies. `settings`
 * are those of the project; `root` is its repository, as far up as which a script counts as the project's. Both are absolute.
 */
export async function demandsOf(
  sources: readonly DeclaredSource[],
  settings: SourceSettings['settings'],
  place: { folder: string; root: string; home: string },
): Promise<Demand[]> {
  const references = await Promise.all(sources.map((source) => demandOf(source, place)));
  const used = new Set(sources.flatMap(({ from }) => (from === undefined ? [] : (providerFor(from).settings ?? []))));
  const servers = [...settings].flatMap(([name, value]) =>
    [...used].includes(name as never) && !onlyHarmless(value)
      ? [
          demand({
            about: `sources.${name}`,
            title: 'settings',
            text: JSON.stringify(value),
            brief: keysOf(value),
            level: 'always',
          }),
        ]
      : [],
  );
  return [...references.flat(), ...servers];
}

async function demandOf(
  { name, from, by, folder }: DeclaredSource,
  place: { folder: string; root: string; home: string },
): Promise<Demand[]> {
  if (from === undefined || by === 'flag') return [];
  const { title } = providerFor(from);
  const asked = { about: name, title, text: from, brief: shownReference({ from }) };
  if (by === 'user') return [demand({ ...asked, title: `${title}, as your own configuration says`, level: 'outside' })];
  switch (schemeOf(from)) {
    case 'exec':
      return [demand({ ...asked, level: 'always' }, await programDigests(programWords(from), folder, place.root))];
    case 'file': {
      const path = filePath(from, { cwd: folder, home: place.home });
      return (await isInside(path, place.folder)) ? [] : [demand({ ...asked, level: 'outside' })];
    }
    default:
      return [demand({ ...asked, level: hasServer(from) ? 'always' : 'outside' })];
  }
}

type Asked = Pick<Demand, 'about' | 'title' | 'brief' | 'level'> & { text: string };

function demand({ about, title, text, brief, level }: Asked, more: readonly string[] = []): Demand {
  const digest = createHash('sha256')
    .update(JSON.stringify([about, title, text, level, ...more]))
    .digest('hex');
  return { about: plain(about), title, what: plain(text), brief: plain(brief), level, digest };
}

function keysOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? Object.keys(value).join(', ') : '';
}

/** Written by a stranger, shown to whom it asks: no control characters, and nothing that looks like another letter. */
function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function onlyHarmless(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).every((key) => harmlessSettings.has(key));
}

/** vals lets a reference itself say where to log in, and how. */
function hasServer(reference: string): boolean {
  // Some spellings have their parameters behind the fragment.
  const queries = reference.split('?').slice(1);
  return queries.some((query) =>
    [...new URLSearchParams(query.split('#')[0]).keys()].some((key) => !harmlessParameters.has(key.toLowerCase())),
  );
}

/** A script of the project is another one when its bytes are others, a link out of it when it leads elsewhere. */
async function programDigests(words: readonly string[], folder: string, root: string): Promise<string[]> {
  const digests = await Promise.all(
    words.map(async (word, index) => {
      const path = resolve(folder, word);
      // A bare program is looked for on PATH.
      if (index === 0 && !/[\\/]/.test(word)) return [];
      if (!(await isInside(path, root))) return isBelow(path, root) ? [await realOf(path)] : [];
      const stats = await stat(path).catch(() => undefined);
      if (!stats?.isFile() || stats.size > maxProgramBytes) return [];
      return [
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      ];
    }),
  );
  return digests.flat();
}

/** Also of a path that does not exist yet: by its nearest folder that does. */
async function isInside(path: string, root: string): Promise<boolean> {
  const [real, top] = await Promise.all([realOf(path), realOf(root)]);
  return isBelow(real, top);
}

function isBelow(path: string, top: string): boolean {
  const way = relative(top, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && resolve(top, way) === path;
}

async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = resolve(path, '..');
    return parent === path ? path : join(await realOf(parent), path.slice(parent.length));
  }
}
