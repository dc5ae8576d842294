import type { Docker } from '../buildx/index.ts';
import { SafebuildError } from '../errors.ts';

/** A Ctrl-C reaches every process of the terminal's job, also a docker client that only cleans up. */
const tries = 3;

/** One that was pulled by its digest has no tag, and is somebody's all the same. */
const namesFormat = '{{len .RepoTags}} {{len .RepoDigests}}';
const nameless = '0 0';

/**
 * Removes an untagged image that a build of ours left, and only that. Never throws: it is the clean-up of a failure.
 *
 * Returns false where the image may still be there without a name.
 */
export async function dropImage(docker: Docker, id: string, knownBefore: ReadonlySet<string>): Promise<boolean> {
  if (knownBefore.has(id)) return true;
  for (let turn = 0; turn < tries; turn += 1) {
    const names = await docker.run(['image', 'inspect', '--format', namesFormat, id]);
    if (names.exitCode === 0 && names.stdout.trim() !== nameless) return true;
    if (names.exitCode !== 0 && /no such (?:image|object)/i.test(names.stderr)) return true;
    if (names.exitCode === 0 && (await docker.run(['image', 'rm', id])).exitCode === 0) return true;
  }
  return false;
}

/**
 * Ids of the images without a tag, which were there before our build.
 *
 * Throws ENGINE_UNAVAILABLE where the engine does not say, INTERRUPTED where the user stopped it.
 */
export async function untaggedImages(docker: Docker, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const list = await docker.run(['image', 'ls', '--quiet', '--no-trunc', '--filter', 'dangling=true']);
  if (signal?.aborted) throw new SafebuildError('INTERRUPTED', 'Interrupted before the build.');
  if (list.exitCode !== 0) {
    const words = list.stderr.trim().split('\n').at(-1) || 'no reason given';
    throw new SafebuildError('ENGINE_UNAVAILABLE', `docker image ls failed: ${words}`);
  }
  return new Set(list.stdout.split('\n').filter((line) => line !== ''));
}
