import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { refuse } from '../template/refuse.ts';
import type { SingleStage } from '../template/single-stage.ts';
import type { Call } from './calls.ts';

/** Requirement files for people who develop. */
const forDevelopment = /(?:^|[/_.-])(?:dev|develop|development|test|tests|testing|lint|docs?)(?:[/_.-]|$)/;

/** Refuses an install that no file of the build context tells the packages of, or that is one for development. */
export function usesOtherLock({ manager, args, run }: Call, files: ProjectFiles): Refusal | undefined {
  if (manager !== 'pip') {
    const lockfile = `${manager}.lock`;
    if (files.list.includes(lockfile)) return undefined;
    return refuse(
      'lockfile',
      `Line ${run.line} installs with ${manager}, and ${lockfile} is not in the build context.`,
      `Commit ${lockfile}, and do not leave it out by the ignore file.`,
    );
  }
  const named = args.flatMap((arg, index) =>
    /^(?:-r|--requirement)$/.test(arg) ? [args[index + 1] ?? ''] : (/^(?:-r|--requirement=)(.+)/.exec(arg)?.[1] ?? []),
  );
  const development = named.find((path) => forDevelopment.test(path));
  if (development === undefined) return undefined;
  return refuse(
    'development-packages',
    `Line ${run.line}: ${development} names packages for development.`,
    'Install the requirements of the running program only.',
  );
}

const excluding = /^--(?:no-dev|only(?:=.*)?|without(?:=.*)?|no-default-groups|no-group(?:=.*)?)$/;

/** The step that takes development packages out, with the mounts of the RUN that installs: an index may be asked again. */
export function pruneStep({ dockerfile }: SingleStage, installs: readonly Call[], files: ProjectFiles): string[] {
  const { manager, args, run } = installs.at(-1)!;
  const project = files.text('pyproject.toml') ?? '';
  const groups = /\[(?:tool\.poetry\.(?:dev-dependencies|group\.)|dependency-groups\]|tool\.uv\])|dev-dependencies/;
  const excluded = installs.every((call) => call.args.some((arg) => excluding.test(arg)));
  if (!groups.test(project) || excluded) return [];
  const mounts = run.flags
    .filter(({ name }) => name === 'mount')
    .map(({ range }) => `${dockerfile.source.slice(range.start, range.end)} `);
  const kept = args.filter((arg) =>
    /^--(?:no-root|no-install-project|frozen|locked|all-extras|no-interaction|no-ansi|extras=.*|extra=.*)$/.test(arg),
  );
  const command =
    manager === 'uv'
      ? ['uv sync', '--no-dev', ...kept.filter((arg) => arg !== '--no-root')]
      : ['poetry install', '--only main', '--sync', ...kept];
  return [`RUN ${mounts.join('')}${[...new Set(command)].join(' ')}`];
}
