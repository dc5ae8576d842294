import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Docker } from '../buildx/index.ts';
import { dropImage } from '../publish/index.ts';

/** What a build that was killed left in the engine's store, as far as its private folder tells. */
export interface Unproved {
  /** The private folder, of which only the note is left. */
  folder: string;
  /** As `builderAt` calls it. */
  builder: string;
  /** Ids of the untagged images that were there before that build. */
  knownBefore: readonly string[];
  /** The image, when the build had ended: buildx notes it then. */
  imageId?: string;
}

/** The note's file in the quarantine. */
export const noteName = 'engine.json';

/** How long a note waits for another build by its builder, which may be gone for ever. */
export const noteLifeMs = 30 * 24 * 3_600_000;

/** Where buildx notes what it built, inside the quarantine. */
export const metadataName = 'metadata.json';

/** The builder as notes call it: behind another DOCKER_HOST is another engine, whose builder has the same name. */
export function builderAt(name: string, env: Readonly<Record<string, string>>): string {
  const { DOCKER_HOST } = env;
  return DOCKER_HOST ? `${name} ${createHash('sha256').update(DOCKER_HOST).digest('hex')}` : name;
}

/**
 * Notes, before an engine builds into its own store, what a later build needs to clean up if this one is killed.
 *
 * Names and ids only. The note is whole or not there.
 */
export async function noteEngineBuild(quarantine: string, note: Omit<Unproved, 'folder'>): Promise<void> {
  const { builder, knownBefore, imageId } = note;
  const draft = join(quarantine, `${noteName}.draft`);
  await writeFile(draft, JSON.stringify({ builder, knownBefore, imageId }), { mode: 0o600 });
  await rename(draft, join(quarantine, noteName));
}

/**
 * Cleans up behind a build that ended without an image to prove: removes the image that was made all the same.
 *
 * Returns false where it was interrupted and buildx had not noted an image, though the engine may have just made one.
 */
export async function dropFailed(
  docker: Docker,
  quarantine: string,
  knownBefore: ReadonlySet<string>,
  interrupted: boolean,
): Promise<boolean> {
  const imageId = imageIdOf((await readJson(join(quarantine, metadataName))) ?? {});
  if (imageId !== undefined) await dropImage(docker, imageId, knownBefore);
  return imageId !== undefined || !interrupted;
}

/** The note in the folder of a killed build; undefined where there is none, or half of one. */
export async function readEngineNote(quarantine: string): Promise<Unproved | undefined> {
  const note = await readJson(join(quarantine, noteName));
  const { builder, knownBefore } = note ?? {};
  if (typeof builder !== 'string' || !Array.isArray(knownBefore)) return undefined;
  const noted = typeof note?.imageId === 'string' ? note.imageId : undefined;
  const imageId = noted ?? imageIdOf((await readJson(join(quarantine, metadataName))) ?? {});
  const known = knownBefore.filter((id) => typeof id === 'string');
  return { folder: quarantine, builder, knownBefore: known, ...(imageId === undefined ? {} : { imageId }) };
}

/** The id of the image in the engine's store, from what buildx noted: there its digest is that of the config. */
export function imageIdOf(metadata: Record<string, unknown>): string | undefined {
  const id = metadata['containerimage.config.digest'] ?? metadata['containerimage.digest'];
  return typeof id === 'string' && id.startsWith('sha256:') ? id : undefined;
}

/**
 * Forgets what killed builds of this builder left.
 *
 * Only once a note of the running build says what came since: a process that is killed between two builds’ notes must not
 * make an image look as if it had always been there.
 */
export async function forgetUnproved(builder: string, left: readonly Unproved[]): Promise<void> {
  const folders = left.filter((note) => note.builder === builder).map(({ folder }) => folder);
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
}

/**
 * Removes the untagged images of killed builds of this builder, and returns what of `untagged` nobody can know to be ours.
 *
 * A build that was killed before buildx noted its image has left one without a name. It counts as not known, so that the
 * next build of the same project, which makes the same image, removes it or gives it its name.
 */
export async function dropUnproved(
  docker: Docker,
  builder: string,
  left: readonly Unproved[],
  untagged: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const known = new Set(untagged);
  for (const { knownBefore, imageId } of left.filter((note) => note.builder === builder)) {
    const before = new Set(knownBefore);
    if (imageId !== undefined) await dropImage(docker, imageId, before);
    for (const id of untagged) if (!before.has(id)) known.delete(id);
  }
  return known;
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not there, or cut off by the end of its process.
    return undefined;
  }
}
