import { createHmac } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Builder, Held } from '../buildx/index.ts';
import { LayersMissing, layersOf } from '../publish/index.ts';
import { programState } from '../scan/program.ts';
import type { BuildHost } from './host.ts';
import { Memory } from './memory.ts';
import type { Sources } from './sources.ts';
import { verdictPlace } from './verdict-place.ts';
import { versionOf } from './versions.ts';
import { pathOf } from './withheld.ts';

/** More layers than the images of one project have. */
const mostLayers = 64;

/**
 * Layers that a build need not export, because a search for the same secrets found them clean and the engine holds them.
 *
 * BuildKit copies no blob into a layout that lies there already (containerd's content store), so an empty file stands in for
 * each, and most of a build that changed little is neither copied out, read nor loaded. Nothing is believed for it: the proof
 * needs a kept verdict of every layer that is not here, and the engine must say that it holds it. Where either fails, the build
 * is to be done again with nothing spared. Which layers to try is a hint of the last build.
 */
export class SparedLayers {
  readonly #memory: Memory | undefined;
  readonly #subject: string;
  #dir: string | undefined;
  #placed: readonly string[] = [];
  #spares = true;

  private constructor(memory: Memory | undefined, subject: string) {
    this.#memory = memory;
    this.#subject = subject;
  }

  /** Of builds with these secrets, settings and `program`: no other has verdicts of the layers. Nothing is spared where verdicts are not kept. Throws as `versionKey` does. */
  static async of(sources: Sources, host: Pick<BuildHost, 'env'>, program = programState()): Promise<SparedLayers> {
    const dir = sources.context.kind === 'folder' ? sources.context.dir : undefined;
    const place = await verdictPlace(host.env, dir);
    if (place === undefined) return new SparedLayers(undefined, '');
    const { scan, detectors } = sources.config;
    const versions = sources.secrets.secrets
      .map((secret) => [secret.name, versionOf(secret, Buffer.from(place.key))].join())
      .sort();
    const mac = createHmac('sha256', place.key).update(JSON.stringify(['spared', versions, scan, detectors, program]));
    return new SparedLayers(new Memory(host.env, 'layers', dir), mac.digest('hex'));
  }

  /** Before the build: only for one image that goes into the containerd store of the engine that builds it. */
  async place(held: readonly Held[], builder: Builder): Promise<void> {
    this.#dir = undefined;
    this.#placed = [];
    const [only, ...others] = held;
    const fits = only?.kind === 'layout' && only.output.load && others.length === 0 && builder.store === 'containerd';
    if (!fits || !this.#spares || this.#memory === undefined) return;
    const digests = toDigests(await this.#memory.recall(this.#subject));
    this.#dir = only.dir;
    this.#placed = digests;
    await mkdir(join(only.dir, 'blobs', 'sha256'), { recursive: true, mode: 0o700 });
    for (const digest of digests) await writeFile(join(only.dir, pathOf(digest)), '', { mode: 0o600 });
  }

  /** After a build that failed: whether that may be because of what was placed. Nothing is spared any more. */
  async misled(): Promise<boolean> {
    const dir = this.#dir;
    if (dir === undefined || this.#placed.length === 0) return false;
    const placed = new Set(this.#placed.map((digest) => digest.slice('sha256:'.length)));
    const list = (...path: string[]): Promise<string[]> => readdir(join(dir, ...path)).catch(() => []);
    // Anything else is there only once all steps are done and the export has begun.
    const began =
      (await list('ingest')).length > 0 || (await list('blobs', 'sha256')).some((name) => !placed.has(name));
    await this.forget();
    return began;
  }

  /**
   * After the build: takes back what was placed, and returns the layers of the image that are not in its layout.
   *
   * Throws LayersMissing where the layout cannot be followed.
   */
  async takeBack(): Promise<ReadonlySet<string>> {
    const dir = this.#dir;
    if (dir === undefined || this.#placed.length === 0) return new Set();
    const empty = new Set<string>();
    for (const digest of this.#placed) {
      const path = join(dir, pathOf(digest));
      // What buildx took away is as little there as what it left empty.
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      );
      if (size > 0) continue;
      await rm(path, { force: true });
      empty.add(digest);
    }
    const layers = await layersOf(dir).catch((): never => {
      throw new LayersMissing();
    });
    return new Set(layers.filter((digest) => empty.has(digest)));
  }

  /** Layers of which a verdict is kept, of an image that the engine was seen to hold whole. */
  async remember(known: readonly string[]): Promise<void> {
    const before = this.#spares ? toDigests(await this.#memory?.recall(this.#subject)) : [];
    const digests = [...new Set([...known, ...before])].slice(0, mostLayers);
    if (digests.join() !== before.join()) await this.#memory?.note(this.#subject, digests);
  }

  /** From now on nothing is spared; the end of a build may give something to remember again. */
  async forget(): Promise<void> {
    this.#spares = false;
    await this.#memory?.forget(this.#subject);
  }
}

/** A note becomes names of files: what is no digest is none. */
function toDigests(note: unknown): string[] {
  return Array.isArray(note) ? note.filter((one) => typeof one === 'string' && /^sha256:[0-9a-f]{64}$/.test(one)) : [];
}
