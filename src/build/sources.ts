import { realpath } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { BuildRequest } from '../buildx/index.ts';
import { type Config, loadConfig } from '../config/index.ts';
import {
  type ContextKind,
  type DockerfileText,
  type FoundCredential,
  isArchive,
  isFolder,
  isRemote,
  readCredentials,
  readDockerfile,
  readIgnoreFile,
  walkContext,
} from '../context/index.ts';
import { type Dockerfile, parseDockerfile } from '../dockerfile/index.ts';
import { loadSecrets, type SecretRequest, type SecretSet } from '../secrets/index.ts';
import type { BuildHost, BuildOptions } from './host.ts';
import { peek, readAll } from './stdin.ts';

/** Everything that is known before the build: what is built, of which files, and which secrets there are. */
export interface Sources {
  context: ContextKind;
  /** Absent where safebuild cannot read it (a context by URL or archive) or where there is none. */
  dockerfile?: { file: DockerfileText; model: Dockerfile };
  ignoreText?: string;
  /** What the ignore file lets through; empty for a context that is no folder. */
  paths: readonly string[];
  credentials: readonly FoundCredential[];
  config: Config;
  secrets: SecretSet;
  /** What the child must get on standard input. */
  input?: Uint8Array | AsyncIterable<Uint8Array>;
}

/** Bytes that tell an archive from a Dockerfile: the tar magic ends at 262. */
const headBytes = 512;

interface Located {
  context: ContextKind;
  file?: DockerfileText;
  input?: Uint8Array | AsyncIterable<Uint8Array>;
}

/** What the sources are read from; without `fetching`, what is only referred to stays unknown. */
export type SourceHost = Pick<BuildHost, 'cwd' | 'env' | 'stdin'> & Pick<SecretRequest, 'fetching' | 'fetch'>;

/** Gathers the sources of one build. Throws what its stages throw: CONFIG_INVALID, DOCKERFILE_INVALID, SOURCE_FAILED … */
export async function readSources(request: BuildRequest, options: BuildOptions, host: SourceHost): Promise<Sources> {
  const located = await locate(request, host);
  const dir = located.context.kind === 'folder' ? located.context.dir : undefined;
  const loaded = await loadConfig({
    cwd: host.cwd,
    env: host.env,
    ...(dir === undefined ? {} : { contextDir: dir }),
    ...(options.configPath === undefined ? {} : { explicitPath: options.configPath }),
  });
  const config = options.multiStage === undefined ? loaded : { ...loaded, multiStage: options.multiStage };
  const { file } = located;
  const dockerfile = file && { file, model: parseDockerfile(file.text, { buildArgs: valuesOf(request) }) };
  const ignoreText = dir === undefined ? undefined : await readIgnoreFile(dir, file?.path);
  const paths = dir === undefined ? [] : await walkContext(dir, ignoreText);
  const credentials =
    dir === undefined
      ? []
      : await readCredentials(
          dir,
          [...paths, ...(await answered(dir, paths, config))].filter((path) => !isPublic(config, path)),
        );
  const secrets = await loadSecrets({
    cwd: host.cwd,
    env: host.env,
    config,
    envFiles: options.envFiles,
    buildArgs: request.buildArgs,
    secretFlags: request.secrets,
    contextFiles: credentials,
    secretFrom: options.secretFrom ?? [],
    ...(dir === undefined ? {} : { contextDir: dir }),
    ...(request.target === undefined ? {} : { target: request.target }),
    ...(host.fetching && { fetching: host.fetching }),
    ...(host.fetch && { fetch: host.fetch }),
    ...(dockerfile ? { dockerfile: dockerfile.model, dockerfilePath: dockerfile.file.shown } : {}),
  });
  return {
    context: located.context,
    paths,
    credentials,
    config,
    secrets,
    ...(dockerfile ? { dockerfile } : {}),
    ...(ignoreText === undefined ? {} : { ignoreText }),
    ...(located.input === undefined ? {} : { input: located.input }),
  };
}

/**
 * Files that the ignore file holds back and the project says are needed: own mounts of the Dockerfile get them.
 *
 * Never one outside of the context: the configuration may come with a cloned repository.
 */
async function answered(dir: string, paths: readonly string[], config: Config): Promise<string[]> {
  const sent = new Set(paths);
  const root = await realpath(dir);
  const wanted = [...config.files.keys()].filter((path) => isNeeded(config, path) && !sent.has(path));
  const inside = await Promise.all(
    wanted.map(async (path) => {
      const real = await realpath(join(dir, path)).catch(() => undefined);
      return real?.startsWith(join(root, sep)) ?? false;
    }),
  );
  return wanted.filter((_path, index) => inside[index]);
}

/** A key to test with, say: the project says that it is no secret. */
function isPublic({ files }: Config, path: string): boolean {
  return files.get(path)?.needed === 'image';
}

/** Whether the project says that the build or the running program needs the file. */
export function isNeeded({ files }: Config, path: string): boolean {
  const needed = files.get(path)?.needed;
  return needed === 'build' || needed === 'runtime';
}

async function locate(request: BuildRequest, host: SourceHost): Promise<Located> {
  const context = request.context ?? '';
  if (context === '-') return locateStdin(host);
  const dir = resolve(host.cwd, context);
  if (!(await isFolder(dir))) {
    const what = isRemote(context) ? 'a context by URL' : context;
    return { context: { kind: 'opaque', what } };
  }
  if (request.file === '-') {
    const text = await readAll(host.stdin);
    return { context: { kind: 'folder', dir }, file: fromStdin(text), input: text };
  }
  const file = await readDockerfile(host.cwd, dir, request.file);
  return { context: { kind: 'folder', dir }, ...(file ? { file } : {}) };
}

async function locateStdin(host: SourceHost): Promise<Located> {
  const { head, whole } = await peek(host.stdin, headBytes);
  if (isArchive(head)) return { context: { kind: 'opaque', what: 'an archive on standard input' }, input: whole };
  const text = await readAll(whole);
  return { context: { kind: 'empty' }, file: fromStdin(text), input: text };
}

function fromStdin(text: Buffer): DockerfileText {
  return { text: text.toString('utf8'), name: 'Dockerfile', shown: 'Dockerfile (standard input)' };
}

/** Build arguments with a value, for a FROM that names a stage through one. */
function valuesOf(request: BuildRequest): Map<string, string> {
  return new Map(request.buildArgs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])));
}
