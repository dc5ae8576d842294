import type { Dockerfile } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal, TemplateValues } from '../ecosystem.ts';
import { isIn } from '../path.ts';
import { cacheEdits } from '../template/cache.ts';
import { imageName } from '../template/image.ts';
import { isRefusal, refuse } from '../template/refuse.ts';
import { checkPath } from '../template/settings.ts';
import { projectFolder, type SingleStage, singleStage } from '../template/single-stage.ts';
import { nobody, stageValues } from '../template/stages.ts';
import { type CommandTest, setsUpSystem, sortSteps } from '../template/steps.ts';
import { findPackages, type Packages } from './packages.ts';
import { checkStart } from './start.ts';

const caches = { pip: '/root/.cache/pip', poetry: '/root/.cache/pypoetry', uv: '/root/.cache/uv' } as const;

/** The values for templates/python/Dockerfile, or the first precondition that does not hold. */
export function fitPython(dockerfile: Dockerfile, files: ProjectFiles): TemplateValues | Refusal {
  const single = singleStage(dockerfile);
  if (isRefusal(single)) return single;
  const base = checkBase(single);
  if (base) return base;
  const folder = projectFolder(single);
  if (typeof folder !== 'string') return folder;
  const packages = findPackages(single, folder, files);
  if (isRefusal(packages)) return packages;
  const folders = packages.folder === undefined ? [folder] : [folder, packages.folder];
  const sorted = sortSteps(single, {
    folders,
    project: ofProject,
    system: setsUpSystem,
    toolImages: /^ghcr\.io\/astral-sh\/uv[:@]/,
  });
  if (isRefusal(sorted)) return sorted;
  const found = checkPath(single) ?? checkStart(single, files);
  if (found) return found;
  return stageValues(single, {
    user: nobody,
    home: folder,
    edits: [...packages.edits, ...cached(single, packages)],
    before: packages.before,
    system: sorted.system,
    afterBuild: packages.prune,
    copies: [
      ...(packages.folder === undefined || isIn(folder, packages.folder) ? [] : [{ path: packages.folder }]),
      { path: folder, owned: true },
    ],
  });
}

function checkBase({ stage }: SingleStage): Refusal | undefined {
  const { name, tag = '' } = imageName(stage.image);
  if (/(?:^|\/)python$/.test(name) && !/windows/.test(tag)) return undefined;
  return refuse(
    'base-image',
    `Line ${stage.from.line}: ${stage.image} is not known to be an image with Python.`,
    'Build FROM an official python image, or write the stages by hand.',
  );
}

/** Package managers, and modules that write beside their sources or into the folder that settings name. */
const ofProject: CommandTest = ({ program }, args) => {
  if (/^(?:poetry|uv|pip[\d.]*|virtualenv)$/.test(program)) return true;
  if (!/^python[\d.]*$/.test(program)) return false;
  const at = args.indexOf('-m');
  if (at !== -1) return /^(?:pip|venv|virtualenv|compileall|poetry|uv)$/.test(args[at + 1] ?? '');
  const [script = '', command = ''] = args.filter((arg) => !arg.startsWith('-'));
  return /(?:^|\/)manage\.py$/.test(script) && /^(?:collectstatic|compilemessages|compress|check)$/.test(command);
};

/** A cache helps only where the tool is not told to have none. */
function cached(single: SingleStage, { manager }: Packages) {
  if (/\b(?:PIP|UV|POETRY)_NO_CACHE/.test(single.dockerfile.source)) return [];
  return cacheEdits(
    single,
    [{ target: caches[manager] }],
    ({ program, words }) =>
      (program.replace(/^pip[\d.]+$/, 'pip') === manager ||
        (manager === 'pip' && words.some(({ value }) => value === 'pip'))) &&
      !words.some(({ value }) => /^--no-cache(?:-dir)?$/.test(value)),
  );
}
