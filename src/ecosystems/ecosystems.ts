import type { Dockerfile } from '../dockerfile/index.ts';
import { dotnet } from './dotnet/index.ts';
import type { Ecosystem, ProjectFiles } from './ecosystem.ts';
import { go } from './go/index.ts';
import { java } from './java/index.ts';
import { node } from './node/index.ts';
import { php } from './php/index.ts';
import { python } from './python/index.ts';
import { ruby } from './ruby/index.ts';
import { rust } from './rust/index.ts';
import { staticSite } from './static/index.ts';
import { imageName } from './template/image.ts';

/** Every ecosystem that has a template; of several that fit, the first counts. */
const ecosystems: readonly Ecosystem[] = [staticSite, node, python, go, java, rust, ruby, php, dotnet];

/**
 * The ecosystem of the project; undefined when none of those with a template fits.
 *
 * Projects often have files of several: then the one counts whose tools the base image brings.
 */
export function detectEcosystem(files: ProjectFiles, dockerfile: Dockerfile): Ecosystem | undefined {
  const [stage] = dockerfile.stages;
  const name = stage === undefined ? '' : imageName(stage.image).name;
  const fitting = ecosystems.filter((ecosystem) => ecosystem.detect(files, dockerfile));
  return fitting.find(({ image }) => image.test(name)) ?? fitting[0];
}
