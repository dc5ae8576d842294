import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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

/** The note in the folder of a killed build; undefined where there is none, or half of one. */
export async function readEngineNote(quarantine: string): Promise<Unproved | undefined> {
  const note = await readJson(join(quarantine, noteName));
  const { builder, knownBefore } = note ?? {};
  if (typeof builder !== 'string' || !Array.isArray(knownBefore)) return undefined;
  const noted = typeof note?.imageId === 'string' ? note.imageId : undefined;
  const imageId = noted ?? (await builtImageId(quarantine));
  const known = knownBefore.filter((id) => typeof id === 'string');
  return { folder: quarantine, builder, knownBefore: known, ...(imageId === undefined ? {} : { imageId }) };
}

/** The id of the image that buildx noted in this folder; undefined before it has. */
export async function builtImageId(quarantine: string): Promise<string | undefined> {
  return imageIdOf((await readJson(join(quarantine, metadataName))) ?? {});
}

/** The id of the image in the engine's store, from what buildx noted: there its digest is that of the config. */
export function imageIdOf(metadata: Record<string, unknown>): string | undefined {
  const id = metadata['containerimage.config.digest'] ?? metadata['containerimage.digest'];
  return typeof id === 'string' && id.startsWith('sha256:') ? id : undefined;
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
