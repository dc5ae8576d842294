import type { Dockerfile } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal, TemplateValues } from '../ecosystem.ts';
import { cacheEdits } from '../template/cache.ts';
import { imageName } from '../template/image.ts';
import { isRefusal, refuse } from '../template/refuse.ts';
import { checkPath } from '../template/settings.ts';
import { projectFolder, type SingleStage, singleStage } from '../template/single-stage.ts';
import { stageValues } from '../template/stages.ts';
import { type CommandTest, setsUpSystem, sortSteps } from '../template/steps.ts';
import { findInstall, isComposer } from './install.ts';

/** The user whom the official images make for this; by name, since its number differs between Debian and Alpine. */
const user = 'www-data';

/** The values for templates/php/Dockerfile, or the first precondition that does not hold. */
export function fitPhp(dockerfile: Dockerfile, files: ProjectFiles): TemplateValues | Refusal {
  const base = baseOf(dockerfile);
  if (isRefusal(base)) return base;
  const single = singleStage(dockerfile, base.folder);
  if (isRefusal(single)) return single;
  const folder = projectFolder(single);
  if (typeof folder !== 'string') return folder;
  const install = findInstall(single, folder, files);
  if (isRefusal(install)) return install;
  const sorted = sortSteps(single, {
    folders: [folder],
    project: ofProject,
    system: ofSystem,
    toolImages: /^(?:docker\.io\/)?(?:library\/)?composer(?:[:@]|$)/,
  });
  if (isRefusal(sorted)) return sorted;
  const found = checkPath(single) ?? checkStart(single, base.server);
  if (found) return found;
  return stageValues(single, {
    user,
    edits: cacheEdits(single, [{ target: '/root/.composer/cache' }], ({ program }) => isComposer(program)),
    system: sorted.system,
    afterBuild: install.prune,
    copies: [{ path: folder, owned: true }],
  });
}

/** The WORKDIR of the official image, and whether it starts a server by itself. Source: docker-library/php. */
function baseOf({ stages: [stage] }: Dockerfile): { folder?: string; server: boolean } | Refusal {
  const { name, tag = '' } = imageName(stage?.image ?? '');
  const server = /(?:^|-)(?:apache|fpm)(?:-|$)/.test(tag);
  if (name === 'php') return server ? { folder: '/var/www/html', server } : { server };
  return refuse(
    'base-image',
    `Line ${stage?.from.line ?? 1}: ${stage?.image ?? ''} is not known to be the official image of PHP.`,
    'Build FROM php, or write the stages by hand.',
  );
}

/** Composer needs no look: what is in the project folder comes along, and it is not what is started. */
const ofProject: CommandTest = ({ program, words }, args) => {
  if (isComposer(program)) return args[0] !== 'global' && !args.includes('--global');
  if (program !== 'php') return false;
  const [script = '', command = ''] = args.filter((arg) => !arg.startsWith('-'));
  const artisan =
    script === 'artisan' &&
    /^(?:package:discover|(?:config|route|view|event):(?:cache|clear)|optimize|storage:link)$/.test(command);
  const symfony = script === 'bin/console' && /^(?:cache:(?:clear|warmup)|assets:install)$/.test(command);
  return words.length > 1 && (artisan || symfony);
};

/** Extensions and modules of Apache, besides packages and users: they lie between the files of the base image. */
const ofSystem: CommandTest = (command, args) => {
  if (
    /^(?:docker-php-ext-(?:install|configure|enable)|a2enmod|a2dismod|pecl|install-php-extensions)$/.test(
      command.program,
    )
  )
    return true;
  return setsUpSystem(command, args);
};

function checkStart({ settings }: SingleStage, server: boolean): Refusal | undefined {
  const starts = settings.filter(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  if (starts.length === 0 && !server) {
    return refuse('start-command', 'There is no CMD or ENTRYPOINT.', 'Say by CMD how the program is started.');
  }
  const composer = starts.find(({ text }) => /\bcomposer\b/.test(text));
  if (!composer) return undefined;
  return refuse(
    'start-command',
    `Line ${composer.line}: composer belongs to the build and may not be in the runtime stage.`,
    'Start the program by php.',
  );
}
