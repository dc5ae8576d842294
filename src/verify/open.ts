import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { BuildHost } from '../build/host.ts';
import { savedImage } from '../build/prove.ts';
import { SafebuildError } from '../errors.ts';
import { contentOf, type ImageSource, openSource, registrySource, tarSource } from '../image/index.ts';
import { normalizeReference } from '../publish/index.ts';
import { findCredentials, openRemoteImage, parsePinnedReference } from '../registry/index.ts';
import { isInsecure } from './insecure.ts';
import { parseSubject, type Subject } from './subject.ts';

/**
 * Opens what the argument of `safebuild verify` names. Files come before images of the engine, those before registries.
 *
 * Throws USAGE when there is no such thing anywhere, SCAN_INCOMPLETE when it cannot be read, ENGINE_UNAVAILABLE when only an
 * engine could have it.
 */
export async function openSubject(text: string, host: BuildHost, platform?: string): Promise<ImageSource> {
  const subject = parseSubject(text);
  // a file of that very name is what a shell would complete
  if (subject.kind !== 'stdin' && (await exists(resolve(host.cwd, text)))) return openPath(text, host);
  switch (subject.kind) {
    case 'stdin':
      return tarSource('standard input', Readable.from(host.stdin), 'image');
    case 'path':
      return openPath(await withoutTag(subject.path, host), host);
    case 'engine':
      if (await isInEngine(subject.image, host)) return savedImage(subject.image, host);
      throw new SafebuildError('USAGE', `${subject.image} is no image of this engine.`, {
        hint: `Pull it first: docker pull ${subject.image}`,
      });
    case 'registry':
      return openRegistry(subject.reference, host, platform);
    case 'any':
      return openAny(subject, host, platform);
  }
}

async function openAny({ name }: Subject & { kind: 'any' }, host: BuildHost, platform?: string): Promise<ImageSource> {
  const noEngine = (error: unknown): undefined => {
    if (error instanceof SafebuildError && error.code === 'ENGINE_UNAVAILABLE') return undefined;
    throw error;
  };
  const found = await isInEngine(name, host).catch(noEngine);
  if (found) return savedImage(name, host);
  const where =
    found === undefined ? 'no file, and no Docker engine answers' : 'neither a file nor an image of this engine';
  if (looksLikeFile(name)) {
    throw new SafebuildError('USAGE', `${name} is ${where}.`, { hint: 'Check the path.' });
  }
  try {
    return await openRegistry(name, host, platform);
  } catch (error) {
    if (!(error instanceof SafebuildError) || error.code === 'INTERRUPTED') throw error;
    throw new SafebuildError(error.code, `${name} is ${where}. ${error.message}`, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

async function openPath(shown: string, host: BuildHost): Promise<ImageSource> {
  const path = resolve(host.cwd, shown);
  return openSource(path, await contentOf(path, host.signal));
}

async function openRegistry(name: string, host: BuildHost, platform?: string): Promise<ImageSource> {
  const reference = parsePinnedReference(normalizeReference(name));
  host.phase(`asking ${reference.host}`);
  const image = await openRemoteImage(reference, {
    credentials: () => findCredentials(reference.credentialKey, host.env),
    signal: host.signal,
    insecure: await isInsecure(reference.host, host.docker),
  });
  return registrySource(image, platform);
}

/** Throws ENGINE_UNAVAILABLE when no engine answers. */
async function isInEngine(image: string, host: BuildHost): Promise<boolean> {
  const found = await host.docker.run(['image', 'inspect', '--format', '{{.Id}}', image]);
  if (found.exitCode === 0) return true;
  if (/no such image|not found|invalid reference/i.test(found.stderr)) return false;
  throw new SafebuildError('ENGINE_UNAVAILABLE', 'No Docker engine answers.', { hint: 'Start the Docker engine.' });
}

/** Nobody means Docker Hub by them. */
function looksLikeFile(name: string): boolean {
  return /^[./~]|\.(?:tar|tgz|tar\.\w+|oci)$/.test(name);
}

/** `oci:folder:tag`: the folder is searched whole. */
async function withoutTag(path: string, host: BuildHost): Promise<string> {
  const shorter = path.replace(/:[^/]*$/, '');
  return !(await exists(resolve(host.cwd, path))) && (await exists(resolve(host.cwd, shorter))) ? shorter : path;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
