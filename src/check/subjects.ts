import { open, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isFolder, isRemote } from '../context/index.ts';
import { SafebuildError } from '../errors.ts';
import { shownPath } from './shown-path.ts';

/** One thing to check. */
export type Subject =
  /** `file` absent: the Dockerfile of the context, if it has one. */
  | { kind: 'dockerfile'; context: string; file?: string }
  /** `shown` says what it is called; `required` fails where it is neither compose file nor manifest. */
  | { kind: 'yaml'; path: string; shown: string };

/** What docker compose reads by itself, in its order (compose-go, `cli/options.go`), and what it puts on top. */
const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrideName = /^(?:docker-)?compose\.override\.ya?ml$/;

const maxYamlBytes = 4 * 1024 * 1024;

/**
 * What the words of the command line mean: a folder is a context, with its Dockerfile and its compose files; a YAML file is a
 * compose file or a manifest; any other file is a Dockerfile, whose context is its folder.
 *
 * `--file` names Dockerfiles of the one context that is given. Throws USAGE for what is not there.
 */
export async function subjectsOf(
  { paths, dockerfiles }: { paths: readonly string[]; dockerfiles: readonly string[] },
  cwd: string,
): Promise<Subject[]> {
  const given = paths.length > 0 ? paths : ['.'];
  if (dockerfiles.length > 0) {
    const [context = '.', ...others] = given;
    if (others.length > 0) {
      throw new SafebuildError('USAGE', '--file names Dockerfiles of one context, and there are several.', {
        hint: 'Name one folder.',
      });
    }
    return dockerfiles.map((file) => ({ kind: 'dockerfile', context, file }));
  }
  return (await Promise.all(given.map((path) => subjectsAt(path, cwd)))).flat();
}

async function subjectsAt(path: string, cwd: string): Promise<Subject[]> {
  if (path === '-') return [{ kind: 'dockerfile', context: '-' }];
  const absolute = resolve(cwd, path);
  if (await isFolder(absolute)) {
    const names = await readdir(absolute);
    const main = composeNames.find((name) => names.includes(name));
    const compose = names.filter((name) => name === main || overrideName.test(name)).sort();
    return [
      { kind: 'dockerfile', context: path },
      ...compose.map((name): Subject => yamlAt(join(absolute, name), cwd)),
    ];
  }
  if (isRemote(path)) {
    throw new SafebuildError('USAGE', 'safebuild check reads files of this machine, and no URLs.', {
      hint: 'Clone the repository first.',
    });
  }
  if (/\.ya?ml$/i.test(path)) return [yamlAt(absolute, cwd)];
  return [{ kind: 'dockerfile', context: dirname(absolute), file: path }];
}

function yamlAt(path: string, cwd: string): Subject {
  return { kind: 'yaml', path, shown: shownPath(cwd, path) };
}

/** The text of a YAML file. Throws USAGE when it is not there, cannot be read, or is larger than 4 MiB. */
export async function readYaml(path: string, shown: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size <= maxYamlBytes) return await file.readFile('utf8');
  } catch (cause) {
    throw new SafebuildError('USAGE', `${shown} cannot be read.`, { cause });
  }
  throw new SafebuildError('USAGE', `${shown} is larger than 4 MiB.`);
}
