import { analyseRun, type Instruction, type ShellCommand } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal } from '../ecosystem.ts';

/** How the project installs its dependencies. */
export interface Install {
  manager: 'npm' | 'yarn' | 'pnpm';
  run: Instruction;
  /** It already leaves the development dependencies out. */
  productionOnly: boolean;
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
export function findInstall(runs: readonly Instruction[], files: ProjectFiles): Install | Refusal {
  for (const run of runs) {
    for (const command of analyseRun(run)?.commands ?? []) {
      const manager = installs(command);
      if (!manager) continue;
      const lockfile = lockfiles[manager].find((path) => files.list.includes(path));
      if (!lockfile) {
        return {
          refused: 'lockfile',
          why: `Line ${run.line} installs with ${manager}, and ${lockfiles[manager][0]} is not in the build context.`,
          whatToChange: `Commit ${lockfiles[manager][0]}, and do not leave it out by the ignore file.`,
        };
      }
      if (manager === 'yarn' && files.list.includes('.yarnrc.yml')) {
        return {
          refused: 'yarn-version',
          why: 'The project uses Yarn 2 or newer, whose node_modules may not be what the program runs from.',
          whatToChange: 'Write the stages by hand with "yarn workspaces focus --production".',
        };
      }
      const words = command.words.map(({ value }) => value);
      return {
        manager,
        run,
        productionOnly: words.some((word) =>
          /^--(?:prod(?:uction)?(?:=true)?|omit=dev|only=prod(?:uction)?)$|^-P$/.test(word),
        ),
      };
    }
  }
  return {
    refused: 'install-command',
    why: 'No RUN installs the dependencies with npm ci, npm install, yarn install or pnpm install.',
    whatToChange: 'Install the dependencies in a RUN of its own.',
  };
}

/** The manager whose install the command is; undefined for every other command, also for global installs. */
function installs({ program, words }: ShellCommand): Install['manager'] | undefined {
  if (program !== 'npm' && program !== 'yarn' && program !== 'pnpm') return undefined;
  const args = words.slice(1).map(({ value }) => value);
  if (args.some((arg) => arg === '-g' || arg === '--global')) return undefined;
  const [sub, ...operands] = args.filter((arg) => !arg.startsWith('-'));
  if (operands.length > 0) return undefined;
  if (sub === undefined) return program === 'yarn' ? 'yarn' : undefined;
  return /^(?:ci|clean-install|install|i)$/.test(sub) ? program : undefined;
}

/** The RUN that prunes, with the secret mounts of the RUN that installs: the registry may be asked again. */
export function pruneStep({ manager, run, productionOnly }: Install, source: string): string {
  if (productionOnly) return '';
  const mounts = run.flags.filter(
    ({ name, value }) => name === 'mount' && /(?:^|,)type=secret(?:,|$)/.test(value ?? ''),
  );
  const flags = mounts.map(({ range }) => `${source.slice(range.start, range.end)} `).join('');
  return `RUN ${flags}${prunes[manager]}`;
}
