import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dropImage, untaggedImages } from '../publish/index.ts';
import type { BuildHost } from './host.ts';
import { builderAt, builtImageId, noteEngineBuild, noteName, type Unproved } from './unproved.ts';
import type { WorkDirs } from './work-dir.ts';

type Dirs = Pick<WorkDirs, 'quarantine' | 'leftBehind'>;
type Host = Pick<BuildHost, 'docker' | 'env' | 'signal'>;

/**
 * The engine's own store while a build writes into it: no image stays there that nobody proved.
 *
 * A note in the quarantine says from before the build what was there, and goes only when it is certain that nothing of the
 * build is left. So a process may be killed at any moment: the next build finds the note.
 */
export class EngineStore {
  readonly #builder: string;
  readonly #knownBefore: ReadonlySet<string>;
  readonly #dirs: Dirs;
  readonly #host: Host;

  private constructor(builder: string, knownBefore: ReadonlySet<string>, dirs: Dirs, host: Host) {
    this.#builder = builder;
    this.#knownBefore = knownBefore;
    this.#dirs = dirs;
    this.#host = host;
  }

  /**
   * Removes what killed builds of this builder left, and notes what is there. Throws as `untaggedImages` does.
   *
   * A build that was killed before buildx noted its image has left one without a name. It counts as not known, so that the
   * next build of the same project, which makes the same image, removes it or gives it its name.
   */
  static async enter(builderName: string, dirs: Dirs, host: Host): Promise<EngineStore> {
    const builder = builderAt(builderName, host.env);
    const knownBefore = new Set(await untaggedImages(host.docker, host.signal));
    for (const note of notesOf(builder, dirs)) {
      const before = new Set(note.knownBefore);
      for (const id of knownBefore) if (!before.has(id)) knownBefore.delete(id);
      if (note.imageId !== undefined) await dropImage(host.docker, note.imageId, before);
    }
    await noteEngineBuild(dirs.quarantine, { builder, knownBefore: [...knownBefore] });
    return new EngineStore(builder, knownBefore, dirs, host);
  }

  /**
   * After a build that ended without an image to prove: removes the image that was made all the same.
   *
   * Where docker was stopped before buildx noted an image, the engine may just be making one: the note stays.
   */
  async dropFailed(exitCode: number): Promise<void> {
    const imageId = await builtImageId(this.#dirs.quarantine);
    if (imageId !== undefined) return this.drop(imageId);
    if (!this.#host.signal.aborted && exitCode < firstExitCodeOfSignals) await this.settle();
  }

  /** Removes an image of this build that is not to be published. Never throws. */
  async drop(imageId: string): Promise<void> {
    if (await dropImage(this.#host.docker, imageId, this.#knownBefore)) return this.settle();
    const note = { builder: this.#builder, knownBefore: [...this.#knownBefore], imageId };
    await noteEngineBuild(this.#dirs.quarantine, note).catch(() => undefined);
  }

  /** To be called when nothing of this build is left that is not proved. Never throws: the build is over, and a note too many does no harm. */
  async settle(): Promise<void> {
    await rm(join(this.#dirs.quarantine, noteName), { force: true }).catch(() => undefined);
    await this.#forgetKilled().catch(() => undefined);
  }

  /** A killed build's note goes once there is no image that it does not account for. */
  async #forgetKilled(): Promise<void> {
    const notes = notesOf(this.#builder, this.#dirs);
    if (notes.length === 0) return;
    const untagged = await untaggedImages(this.#host.docker);
    const settled = notes.filter(({ knownBefore }) => isSubset(untagged, new Set(knownBefore)));
    await Promise.all(settled.map(({ folder }) => rm(folder, { recursive: true, force: true, maxRetries: 3 })));
  }
}

/** A shell's exit code of a program that died of a signal is 128 and the signal's number. */
const firstExitCodeOfSignals = 128;

function notesOf(builder: string, { leftBehind }: Dirs): Unproved[] {
  return leftBehind.filter((note) => note.builder === builder);
}

function isSubset(ids: ReadonlySet<string>, of: ReadonlySet<string>): boolean {
  return [...ids].every((id) => of.has(id));
}
