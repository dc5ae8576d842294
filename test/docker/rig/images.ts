import { docker } from '../../helpers/docker.ts';
import type { Engine } from '../../helpers/testbed.ts';

/** Every image of the engine, as `name id`, also those without a name. */
export async function imagesOf(engine: Engine): Promise<string[]> {
  const format = '{{.Repository}}:{{.Tag}} {{.ID}}';
  const list = await docker(engine, ['images', '--all', '--no-trunc', '--format', format]);
  return list.split('\n').sort();
}

/** The id of a named image. */
export function idOf(engine: Engine, image: string): Promise<string> {
  return docker(engine, ['image', 'inspect', '--format', '{{.Id}}', image]);
}
