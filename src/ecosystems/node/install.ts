import { analyseRun, type Instruction, type ShellCommand } from '../../dockerfile/index.ts';
import type { Edit } from '../../finding.ts';
import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { refuse } from '../template/refuse.ts';
import type { SingleStage } from '../template/single-stage.ts';
import { argsOf } from '../template/steps.ts';
import { type Manager, managerCaches } from './managers.ts';

/** How the project installs its dependencies. */
export interface Install {
  /** The caches of the package manager. */
  edits: readonly Edit[];
  /** What takes the development dependencies out again; empty where they are left out already. */
  prune: readonly string[];
}

const lockfiles = {
  npm: ['package-lock.json', 'npm-shrinkwrap.json'],
  yarn: ['yarn.lock'],
  pnpm: ['pnpm-lock.yaml'],
} as const;

/** The commands that take development dependencies out again. Sources: npm prune, yarn 1 install, pnpm prune. */
const prunes = {
  npm: 'npm prune --omit=dev',
  yarn: 'yarn install --production --frozen-lockfile --ignore-scripts --prefer-offline',
  pnpm: 'CI=true pnpm prune --prod --ignore-scripts',
} as const;

/** The install command of the Dockerfile, with a lockfile for it, or why there is none that can be relied on. */
export function findInstall(single: SingleStage, files: ProjectFiles): Install | Refusal {
  const [install] = single.steps.flatMap((run) =>
    analyseRun(run).commands.flatMap((command) => {
      const manager = installs(command);
      return manager === undefined ? [] : [{ run, manager, args: argsOf(command) }];
    }),
  );
  if (!install) {
    return refuse(
      'install-command',
      'No RUN installs the dependencies with npm ci, npm install, yarn install or pnpm install.',
      'Install the dependencies in a RUN of its own.',
    );
  }
  const { run, manager, args } = install;
  if (!lockfiles[manager].some((path) => files.list.includes(path))) {
    return refuse(
      'lockfile',
      `Line ${run.line} installs with ${manager}, and ${lockfiles[manager][0]} is not in the build context.`,
      `Commit ${lockfiles[manager][0]}, and do not leave it out by the ignore file.`,
    );
  }
  if (manager === 'yarn' && files.list.includes('.yarnrc.yml')) {
    return refuse(
      'yarn-version',
      'The project uses Yarn 2 or newer, whose node_modules may not be what the program runs from.',
      'Write the stages by hand with "yarn workspaces focus --production".',
    );
  }
  const edits = managerCaches(single, manager);
  const without = args.some((arg) => /^--(?:prod(?:uction)?(?:=true)?|omit=dev|only=prod(?:uction)?)$|^-P$/.test(arg));
  return { edits, prune: without ? [] : [pruneStep(single, run, manager, edits)] };
}

/** The manager whose install the command is; undefined for every other command, also for global installs. */
function installs(command: ShellCommand): Manager | undefined {
  const { program } = command;
  if (program !== 'npm' && program !== 'yarn' && program !== 'pnpm') return undefined;
  const args = argsOf(command);
  if (args.some((arg) => arg === '-g' || arg === '--global')) return undefined;
  const [sub, ...operands] = args.filter((arg) => !arg.startsWith('-'));
  if (operands.length > 0) return undefined;
  if (sub === undefined) return program === 'yarn' ? 'yarn' : undefined;
  return /^(?:ci|clean-install|install|i)$/.test(sub) ? program : undefined;
}

/** With the secrets and caches of the RUN that installs: yarn reads the packages anew, and a registry may be asked again. */
function pruneStep(
  { dockerfile: { source } }: SingleStage,
  run: Instruction,
  manager: Manager,
  edits: readonly Edit[],
): string {
  const own = run.flags
    .filter(({ name, value = '' }) => name === 'mount' && /(?:^|,)type=(?:secret|ssh|cache)(?:,|$)/.test(value))
    .map(({ range }) => source.slice(range.start, range.end));
  const added = edits.filter(({ range }) => range.start === run.keywordRange.end).map(({ text }) => text.trim());
  return ['RUN', ...added, ...own, prunes[manager]].join(' ');
}
