import type { Dockerfile } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal, TemplateValues } from '../ecosystem.ts';
import { imageName } from '../template/image.ts';
import { isRefusal, refuse } from '../template/refuse.ts';
import { checkPath } from '../template/settings.ts';
import { projectFolder, type SingleStage, singleStage } from '../template/single-stage.ts';
import { stageValues } from '../template/stages.ts';
import { type CommandTest, setsUpSystem, sortSteps } from '../template/steps.ts';
import { findInstall } from './install.ts';
import { managersOf } from './managers.ts';
import { checkHealth, checkStart } from './start.ts';

/** The user `node` of the official images, by number, so that Kubernetes can check `runAsNonRoot`. Source: nodejs/docker-node. */
const user = '1000:1000';

/** The values for templates/node/Dockerfile, or the first precondition that does not hold. */
export function fitNode(dockerfile: Dockerfile, files: ProjectFiles): TemplateValues | Refusal {
  const single = singleStage(dockerfile);
  if (isRefusal(single)) return single;
  const base = checkBase(single);
  if (base) return base;
  const folder = projectFolder(single);
  if (typeof folder !== 'string') return folder;
  const install = findInstall(single, files);
  if (isRefusal(install)) return install;
  const sorted = sortSteps(single, { folders: [folder], project: ofProject, system: setsUpSystem });
  if (isRefusal(sorted)) return sorted;
  const found = checkPath(single) ?? checkStart(single, files) ?? checkHealth(single, files);
  if (found) return found;
  return stageValues(single, {
    user,
    edits: install.edits,
    system: sorted.system,
    afterBuild: install.prune,
    copies: [{ path: folder, owned: true }],
  });
}

function checkBase({ stage }: SingleStage): Refusal | undefined {
  if (/(?:^|\/)node(?:js)?(?:-[\w.-]+)?$/.test(imageName(stage.image).name)) return undefined;
  return refuse(
    'base-image',
    `Line ${stage.from.line}: ${stage.image} is not known to be an image with Node.js.`,
    'Build FROM an official node image, or write the stages by hand.',
  );
}

const tools =
  /^(?:npm|npx|pnpm|pnpx|yarn|node|tsc|next|nuxt|nuxi|vite|webpack|rollup|esbuild|ng|nx|turbo|prisma|react-scripts|vue-cli-service|astro|gatsby|svelte-kit|nest|tsup|swc|babel)$/;

/** Programs of the project and of its package manager: they write into the project folder and into caches. */
const ofProject: CommandTest = (command, args) => {
  if (managersOf(command) !== undefined) return true;
  return (
    tools.test(command.program) && !args.some((arg) => /^(?:-g|--global|--location=global|global|link)$/.test(arg))
  );
};
