import { type Dockerfile, type Instruction, type Stage, shellAt, workdirAt } from '../../dockerfile/index.ts';
import type { Refusal } from '../ecosystem.ts';
import { isIn, resolvePath } from '../path.ts';
import { isPlain } from './plain.ts';
import { refuse } from './refuse.ts';

/** Instructions that write files; all others are settings of the image. */
const writing: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD']);

/** A Dockerfile of one stage, which is to become two. */
export interface SingleStage {
  dockerfile: Dockerfile;
  stage: Stage;
  /** RUN, COPY and ADD, in order. */
  steps: readonly Instruction[];
  /** All others but FROM, in order. */
  settings: readonly Instruction[];
  /** The WORKDIR that an instruction runs in; undefined where neither the text nor the base image tells. */
  folderAt(instruction: Instruction): string | undefined;
  /** The WORKDIR that the program starts in. */
  startFolder: string | undefined;
  /** The USER that the program runs as, as written; undefined where none is set. */
  user: string | undefined;
}

/**
 * The only stage of the Dockerfile, or what speaks against another one behind it.
 *
 * `baseFolder` is the WORKDIR that the base image is known to set.
 */
export function singleStage(dockerfile: Dockerfile, baseFolder?: string): SingleStage | Refusal {
  const [stage, ...more] = dockerfile.stages;
  if (!stage || more.length > 0) {
    return refuse(
      'one-stage',
      'The Dockerfile already has several stages.',
      'Leave --multi-stage away: secrets are mounted in every stage.',
    );
  }
  const refusal = checkInstructions(dockerfile, stage);
  if (refusal) return refusal;
  const last = stage.instructions.at(-1)!;
  const folderAt = (instruction: Instruction) => folderOf(dockerfile, stage, instruction, baseFolder);
  return {
    dockerfile,
    stage,
    steps: stage.instructions.filter(({ keyword }) => writing.has(keyword)),
    settings: stage.instructions.filter(({ keyword }) => keyword !== 'FROM' && !writing.has(keyword)),
    folderAt,
    // a WORKDIR in the last line is not yet in force there
    startFolder: last.keyword === 'WORKDIR' ? resolvePath(folderAt(last) ?? '/', last.text) : folderAt(last),
    user: stage.instructions.findLast(({ keyword }) => keyword === 'USER')?.text.trim(),
  };
}

function checkInstructions(dockerfile: Dockerfile, stage: Stage): Refusal | undefined {
  if (stage.from.line !== stage.from.endLine) {
    return refuse('base-image', `Line ${stage.from.line}: FROM goes over several lines.`, 'Write FROM in one line.');
  }
  for (const instruction of stage.instructions) {
    if (instruction.keyword === 'ONBUILD') {
      return refuse(
        'onbuild',
        `Line ${instruction.line}: ONBUILD is for images that are built on this one.`,
        'Write the stages by hand.',
      );
    }
    const [shell = ''] = shellAt(dockerfile, instruction);
    if (instruction.keyword === 'RUN' && !/^(?:\/(?:usr\/)?bin\/)?(?:sh|bash|ash|dash)$/.test(shell)) {
      return refuse(
        'shell',
        `Line ${instruction.line}: what ${shell} does with the step cannot be read.`,
        'Write the stages by hand.',
      );
    }
  }
  return undefined;
}

/** Until a WORKDIR is set, that of the base image, where it is known. */
function folderOf(
  dockerfile: Dockerfile,
  stage: Stage,
  instruction: Instruction,
  baseFolder: string | undefined,
): string | undefined {
  const told = workdirAt(dockerfile, instruction);
  if (told !== undefined || baseFolder === undefined) return told;
  const moved = stage.instructions.some(
    ({ keyword, range }) => keyword === 'WORKDIR' && range.start < instruction.range.start,
  );
  return moved ? undefined : baseFolder;
}

/**
 * The folder that holds the whole project: the WORKDIR in which everything happens, and that no VOLUME overlaps.
 *
 * In front of the first WORKDIR only what needs none may stand: `sortSteps` sees to that.
 */
export function projectFolder(single: SingleStage): string | Refusal {
  const { steps, startFolder: folder, folderAt, settings } = single;
  const folders = steps.map(folderAt);
  if (
    folder === undefined ||
    folder === '/' ||
    !isPlain(folder) ||
    !folders.every((one) => one === undefined || isIn(folder, one))
  ) {
    return refuse(
      'workdir',
      'The Dockerfile does not work in one WORKDIR from the first step to the start command.',
      'Set one WORKDIR, such as /app, in front of the first COPY.',
    );
  }
  const volume = settings.find(
    (instruction) =>
      instruction.keyword === 'VOLUME' &&
      volumePaths(instruction).some((path) => path === undefined || isIn(folder, path) || isIn(path, folder)),
  );
  if (!volume) return checkVolumes(single) ?? folder;
  return refuse(
    'volume',
    `Line ${volume.line}: VOLUME may overlap the project folder ${folder}.`,
    'Declare volumes outside of the project folder.',
  );
}

/** Refuses volumes that a user other than root, whom the template sets, could not write into. */
export function checkVolumes({ settings, user }: SingleStage): Refusal | undefined {
  if (user !== undefined) return undefined;
  const volume = settings.find(
    (instruction) =>
      instruction.keyword === 'VOLUME' &&
      volumePaths(instruction).some((path) => path === undefined || !/^\/(?:var\/)?tmp(?:\/|$)/.test(path)),
  );
  if (!volume) return undefined;
  return refuse(
    'volume',
    `Line ${volume.line}: the program will not run as root, and the VOLUME is root's.`,
    'Give the folder to a user in a RUN in front of it, and set that USER.',
  );
}

/** Undefined for a path with a variable. */
function volumePaths({ json, text }: Instruction): (string | undefined)[] {
  const paths = json ?? text.split(/\s+/);
  return paths.map((path) => (path.includes('$') ? undefined : resolvePath('/', path)));
}

/** Whether a USER is the superuser. */
export function isRoot(user: string): boolean {
  return /^(?:root|0)(?::|$)/.test(user);
}
