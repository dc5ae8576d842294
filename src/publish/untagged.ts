import type { Docker } from '../buildx/index.ts';

/** Removes an untagged image that a build of ours left, and only that. Never throws: it is the clean-up of a failure. */
export async function dropImage(docker: Docker, id: string, knownBefore: ReadonlySet<string>): Promise<void> {
  if (knownBefore.has(id)) return;
  const tags = await docker.run(['image', 'inspect', '--format', '{{len .RepoTags}}', id]);
  if (tags.exitCode === 0 && tags.stdout.trim() === '0') await docker.run(['image', 'rm', id]);
}

/** Ids of the images without a tag, which were there before our build. */
export async function untaggedImages(docker: Docker): Promise<ReadonlySet<string>> {
  const list = await docker.run(['image', 'ls', '--quiet', '--no-trunc', '--filter', 'dangling=true']);
  return new Set(list.stdout.split('\n').filter((line) => line !== ''));
}
