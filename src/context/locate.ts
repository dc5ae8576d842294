import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { hasCode, SafebuildError } from '../errors.ts';

/** Where the files of a build come from. */
export type ContextKind =
  | { kind: 'folder'; dir: string }
  /** The Dockerfile itself on standard input, with no files beside it. */
  | { kind: 'empty' }
  /** A tar on standard input, or a URL: its Dockerfile cannot be rewritten from here. */
  | { kind: 'opaque'; what: string };

/** A Dockerfile as the user has it. */
export interface DockerfileText {
  text: string;
  /** As the user named it, for messages. */
  shown: string;
  /** File name that BuildKit is told: it stands in the provenance. */
  name: string;
  /** Absolute; absent for standard input. */
  path?: string;
}

const archiveMagic: readonly (readonly number[])[] = [
  [0x1f, 0x8b],
  [0x42, 0x5a, 0x68],
  [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  [0x28, 0xb5, 0x2f, 0xfd],
];

/** Whether bytes from standard input are a context archive rather than a Dockerfile (as buildx decides, by its first bytes). */
export function isArchive(head: Uint8Array): boolean {
  if (archiveMagic.some((magic) => magic.every((byte, index) => head[index] === byte))) return true;
  return hasTarHeader(head);
}

/** By its checksum, as Go's archive/tar: older tars have no magic (POSIX.1-1988, 10.1.1). */
function hasTarHeader(head: Uint8Array): boolean {
  if (head.length < 512) return false;
  const stored = Number.parseInt(Buffer.from(head.subarray(148, 156)).toString('latin1').replace(/\0.*$/s, ''), 8);
  const sum = head.subarray(0, 512).reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return stored === sum;
}

/** Whether a context argument that is no folder is a URL for the builder to fetch. */
export function isRemote(context: string): boolean {
  return /^(https?|git|ssh):\/\/|^git@|^github\.com\/|\.git(#.*)?$/.test(context);
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/**
 * Reads the Dockerfile that `docker build` would read: `--file` relative to the working directory, else `Dockerfile` in the
 * context. Where a file of that name is missing, `dockerfile` beside it serves (seen with buildx 0.29, with `--file` too).
 *
 * Undefined when there is none: docker has the better message for that.
 */
export async function readDockerfile(
  cwd: string,
  dir: string,
  file: string | undefined,
): Promise<DockerfileText | undefined> {
  const wanted = file === undefined ? join(dir, 'Dockerfile') : resolve(cwd, file);
  const candidates = basename(wanted) === 'Dockerfile' ? [wanted, join(dirname(wanted), 'dockerfile')] : [wanted];
  for (const path of candidates) {
    try {
      const text = await readFile(path, 'utf8');
      return { text, path, name: basename(path), shown: file ?? basename(path) };
    } catch (error) {
      if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EISDIR') && !hasCode(error, 'ENOTDIR')) {
        throw new SafebuildError('DOCKERFILE_INVALID', `${file ?? path} cannot be read.`, { cause: error });
      }
    }
  }
  return undefined;
}

/**
 * The ignore file that BuildKit would use: the Dockerfile's own, which replaces that of the context's root, else the root's.
 *
 * Undefined when there is none. Throws DOCKERFILE_INVALID for one that cannot be read.
 */
export async function readIgnoreFile(dir: string, dockerfilePath: string | undefined): Promise<string | undefined> {
  const candidates = [
    ...(dockerfilePath === undefined ? [] : [`${dockerfilePath}.dockerignore`]),
    join(dir, '.dockerignore'),
  ];
  for (const path of candidates) {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) continue;
      throw new SafebuildError('DOCKERFILE_INVALID', `${path} cannot be read.`, { cause: error });
    }
  }
  return undefined;
}
