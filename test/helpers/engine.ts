import { type Engine, type EngineName, ensureImages, startEngine } from './testbed.ts';

/** The two engines that nearly every behaviour is tested on: the newest release with either image store. */
export const bothStores = ['containerd', 'overlay2'] as const satisfies readonly EngineName[];

const started = new Map<EngineName, Promise<Engine>>();

/**
 * The engine of this name, started if need be, with these base images in it.
 *
 * Shared by all tests of a run. Throws with the reason when there can be no such engine: a docker test never skips.
 */
export async function useEngine(name: EngineName, images: readonly string[] = ['busybox:latest']): Promise<Engine> {
  let starting = started.get(name);
  if (starting === undefined) {
    starting = startEngine(name);
    started.set(name, starting);
  }
  const engine = await starting;
  await ensureImages(engine, images);
  return engine;
}
