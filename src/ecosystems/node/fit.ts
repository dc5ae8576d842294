import { type Dockerfile, type Instruction, type Stage, userAt, words, workdirAt } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal, TemplateValues } from '../ecosystem.ts';
import { isIn, resolvePath } from '../path.ts';
import { findInstall, pruneStep } from './install.ts';
import { checkHealth, checkStart } from './start.ts';
import { checkSteps } from './steps.ts';

/** Instructions that write files; all others are settings of the image. */
const writing = new Set(['RUN', 'COPY', 'ADD']);
const starting = new Set(['USER', 'CMD', 'ENTRYPOINT']);

/** The values for templates/node/Dockerfile, or the first precondition that does not hold. */
export function fitNode(dockerfile: Dockerfile, files: ProjectFiles): TemplateValues | Refusal {
  const [stage, ...more] = dockerfile.stages;
  if (!stage || more.length > 0) {
    return {
      refused: 'one-stage',
      why: 'The Dockerfile already has several stages.',
      whatToChange: 'Leave --multi-stage away: secrets are mounted in every stage.',
    };
  }
  const refusal = checkBase(stage) ?? checkInstructions(dockerfile, stage);
  if (refusal) return refusal;
  const folder = projectFolder(dockerfile, stage);
  if (typeof folder !== 'string') return folder;
  const steps = stage.instructions.filter(({ keyword }) => writing.has(keyword));
  const install = findInstall(
    steps.filter(({ keyword }) => keyword === 'RUN'),
    files,
  );
  if ('refused' in install) return install;
  const starts = stage.instructions.filter(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  const health = stage.instructions.findLast(({ keyword }) => keyword === 'HEALTHCHECK');
  const found = checkSteps(dockerfile, steps, folder) ?? checkStart(starts, files) ?? checkHealth(health, files);
  if (found) return found;
  return valuesFor(dockerfile, stage, folder, pruneStep(install, dockerfile.source));
}

function checkBase(stage: Stage): Refusal | undefined {
  if (/(?:^|\/)node(?:js)?(?:[-:@]|$)/.test(stage.image)) return undefined;
  return {
    refused: 'base-image',
    why: `Line ${stage.from.line}: ${stage.image} is not known to be an image with Node.js.`,
    whatToChange: 'Build FROM an official node image, or write the stages by hand.',
  };
}

function checkInstructions(dockerfile: Dockerfile, stage: Stage): Refusal | undefined {
  const onbuild = stage.instructions.find(({ keyword }) => keyword === 'ONBUILD');
  if (onbuild) {
    return {
      refused: 'onbuild',
      why: `Line ${onbuild.line}: ONBUILD is for images that are built on this one.`,
      whatToChange: 'Write the stages by hand.',
    };
  }
  const folder = workdirAt(dockerfile, stage.instructions.at(-1)!) ?? '/';
  const volume = stage.instructions.find(
    (instruction) =>
      instruction.keyword === 'VOLUME' &&
      words(instruction, dockerfile.escape).some(({ value }) => {
        const path = resolvePath('/', value);
        return isIn(folder, path) || isIn(path, folder);
      }),
  );
  if (!volume) return undefined;
  return {
    refused: 'volume',
    why: `Line ${volume.line}: VOLUME overlaps the project folder ${folder}.`,
    whatToChange: 'Declare volumes outside of the project folder.',
  };
}

/** The folder that holds the whole project: the WORKDIR in which everything happens. */
function projectFolder(dockerfile: Dockerfile, stage: Stage): string | Refusal {
  const folders = stage.instructions
    .filter(({ keyword }) => writing.has(keyword) || keyword === 'CMD' || keyword === 'ENTRYPOINT')
    .map((instruction) => workdirAt(dockerfile, instruction));
  const folder = folders.at(-1);
  if (folder !== undefined && folder !== '/' && folders.every((other) => other !== undefined && isIn(folder, other))) {
    return folder;
  }
  return {
    refused: 'workdir',
    why: 'The Dockerfile does not work in one WORKDIR from the first step to the start command.',
    whatToChange: 'Set one WORKDIR, such as /app, in front of the first COPY.',
  };
}

function valuesFor(dockerfile: Dockerfile, stage: Stage, folder: string, prune: string): TemplateValues {
  const { source } = dockerfile;
  const kept = stage.instructions.filter(({ keyword }) => keyword !== 'FROM' && !writing.has(keyword));
  const split = kept.findIndex(({ keyword }) => starting.has(keyword));
  const textOf = (list: readonly Instruction[]) =>
    list.map(({ range }) => source.slice(range.start, range.end)).join('\n');
  const user = userAt(dockerfile, stage.instructions.at(-1)!);
  const name = stage.name === 'build' ? 'build-stage' : 'build';
  const owner = ownerOf(dockerfile, stage, user);
  const asRoot = prune !== '' && user !== undefined && !isRoot(user) ? 'USER root\n' : '';
  return {
    build: namedStage(source, stage, name).trimEnd(),
    prune: `${asRoot}${prune}`,
    from: source.slice(stage.from.range.start, stage.from.range.end),
    setup: textOf(kept.slice(0, split)),
    copy: `COPY --from=${name} ${owner === undefined ? '' : `--chown=${owner} `}${folder} ${folder}`,
    start: `${user === undefined ? `USER ${runtimeUser(stage)}\n` : ''}${textOf(kept.slice(split))}`,
  };
}

/** The whole source, with the stage of the user under another name. */
function namedStage(source: string, stage: Stage, name: string): string {
  const { range } = stage.from;
  const from = source.slice(range.start, range.end).replace(/\s+AS\s+\S+\s*$/i, '');
  return `${source.slice(0, range.start)}${from} AS ${name}${source.slice(range.end)}`;
}

/** Official images have the user `node`; elsewhere its number is as good. */
function runtimeUser({ image }: Stage): string {
  return /^(?:docker\.io\/)?(?:library\/)?node(?:[:@]|$)/.test(image) ? 'node' : '1000:1000';
}

/** Who owns the project folder: the user that runs it where no USER was set or the files were given to one, else root. */
function ownerOf(dockerfile: Dockerfile, stage: Stage, user: string | undefined): string | undefined {
  if (user === undefined) return runtimeUser(stage) === 'node' ? 'node:node' : '1000:1000';
  if (isRoot(user)) return undefined;
  const given = stage.instructions.some(
    (instruction) =>
      (instruction.keyword === 'RUN' && /\bchown\b/.test(instruction.text)) ||
      instruction.flags.some(({ name }) => name === 'chown') ||
      (writing.has(instruction.keyword) && !isRoot(userAt(dockerfile, instruction) ?? 'root')),
  );
  return given ? (user.includes(':') ? user : `${user}:${user}`) : undefined;
}

function isRoot(user: string): boolean {
  return /^(?:root|0)(?::|$)/.test(user);
}
