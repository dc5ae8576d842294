import type { Dockerfile } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal, TemplateValues } from '../ecosystem.ts';
import { isIn } from '../path.ts';
import { imageName } from '../template/image.ts';
import { isRefusal, refuse } from '../template/refuse.ts';
import { checkPath } from '../template/settings.ts';
import { projectFolder, type SingleStage, singleStage } from '../template/single-stage.ts';
import { nobody, stageValues } from '../template/stages.ts';
import { startOf } from '../template/start.ts';
import { type CommandTest, setsUpSystem, sortSteps } from '../template/steps.ts';
import { findGems } from './gems.ts';

/** The values for templates/ruby/Dockerfile, or the first precondition that does not hold. */
export function fitRuby(dockerfile: Dockerfile, files: ProjectFiles): TemplateValues | Refusal {
  const single = singleStage(dockerfile);
  if (isRefusal(single)) return single;
  const base = checkBase(single);
  if (base) return base;
  const folder = projectFolder(single);
  if (typeof folder !== 'string') return folder;
  const gems = findGems(single, files);
  if (isRefusal(gems)) return gems;
  const outside = gems.folders.filter((path) => !isIn(folder, path));
  const sorted = sortSteps(single, { folders: [folder, ...outside], project: ofProject, system: setsUpSystem });
  if (isRefusal(sorted)) return sorted;
  const start = startOf(single);
  const found = checkPath(single) ?? (isRefusal(start) && start.why.startsWith('There is no') ? start : undefined);
  if (found) return found;
  return stageValues(single, {
    user: nobody,
    home: folder,
    system: sorted.system,
    afterBuild: gems.prune,
    copies: [...outside.map((path) => ({ path })), { path: folder, owned: true }],
  });
}

function checkBase({ stage }: SingleStage): Refusal | undefined {
  if (/(?:^|\/)ruby$/.test(imageName(stage.image).name)) return undefined;
  return refuse(
    'base-image',
    `Line ${stage.from.line}: ${stage.image} is not known to be an image with Ruby.`,
    'Build FROM an official ruby image, or write the stages by hand.',
  );
}

/** Bundler, gems, and tasks that write into the project folder by the conventions of Rails. */
const ofProject: CommandTest = ({ program }, args) => {
  if (program === 'gem') return args[0] === 'install' || args[0] === 'update';
  const [task = ''] = (program === 'bundle' && args[0] === 'exec' ? args.slice(2) : args).filter(
    (arg) => !arg.startsWith('-'),
  );
  const ofRails = /^(?:assets:(?:precompile|clean)|tmp:clear|log:clear|zeitwerk:check)$/.test(task);
  if (program === 'bundle') {
    if (args[0] !== 'exec') return /^(?:install|config|clean|lock|check|--\w+|-\w)?$/.test(args[0] ?? '');
    return (
      (/^(?:rails|rake|bin\/rails)$/.test(args[1] ?? '') && ofRails) ||
      (args[1] === 'bootsnap' && task === 'precompile')
    );
  }
  return /^(?:rails|rake)$/.test(program) && ofRails;
};
