import { analyseRun, type Instruction } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { isIn } from '../path.ts';
import { refuse } from '../template/refuse.ts';
import type { SingleStage } from '../template/single-stage.ts';
import { argsOf } from '../template/steps.ts';

/** How the project installs its packages. */
export interface Install {
  /** What takes development packages out again; empty where they are left out already. */
  prune: readonly string[];
}

/** How Composer installs the packages, or why that cannot be relied on. */
export function findInstall(single: SingleStage, folder: string, files: ProjectFiles): Install | Refusal {
  const [install] = single.steps.flatMap((run) =>
    analyseRun(run)
      .commands.map((command) => ({ run, program: command.words[0]?.raw ?? '', args: argsOf(command), command }))
      .filter(({ command, args }) => isComposer(command.program) && args.some((arg) => /^(?:install|i)$/.test(arg))),
  );
  if (!install) {
    return refuse(
      'install-command',
      'No RUN installs the packages with composer install.',
      'Install the packages in a RUN of its own.',
    );
  }
  const { run, args, program } = install;
  if (!files.list.includes('composer.lock')) {
    return refuse(
      'lockfile',
      `Line ${run.line} installs with Composer, and composer.lock is not in the build context.`,
      'Commit composer.lock, and do not leave it out by the ignore file.',
    );
  }
  const manifest = files.text('composer.json') ?? '';
  const moved = args.some((arg) => /^(?:-d|--working-dir)/.test(arg)) || /"(?:vendor-dir|bin-dir)"/.test(manifest);
  if (moved || !isIn(folder, single.folderAt(run) ?? '/')) {
    return refuse(
      'install-folder',
      `Line ${run.line}: Composer installs into another folder.`,
      'Install into vendor/ of the project folder.',
    );
  }
  const without = args.includes('--no-dev') || /COMPOSER_NO_DEV=["']?1/.test(single.dockerfile.source);
  return { prune: without || !/"require-dev"\s*:\s*\{\s*"/.test(manifest) ? [] : [pruneStep(single, run, program)] };
}

/** Whether a program is Composer. */
export function isComposer(program: string): boolean {
  return /^composer(?:\.phar)?$/.test(program);
}

/** With the mounts of the RUN that installs: a repository may be asked again. */
function pruneStep({ dockerfile: { source } }: SingleStage, run: Instruction, program: string): string {
  const mounts = run.flags
    .filter(({ name }) => name === 'mount')
    .map(({ range }) => `${source.slice(range.start, range.end)} `);
  return `RUN ${mounts.join('')}${program} install --no-dev --no-interaction --no-progress`;
}
