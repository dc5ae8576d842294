import { words } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { refuse } from './refuse.ts';
import type { SingleStage } from './single-stage.ts';

/** Files at the root of a project that are for people and other tools. */
const forPeople =
  /^(?:(?:README|LICEN[CS]E|NOTICE|CHANGELOG|CONTRIBUTING|CODE_OF_CONDUCT|SECURITY|AUTHORS)(?:\.\w+)?|(?:[^/]*\.)?[Dd]ockerfile[^/]*|Makefile|(?:docker-)?compose[^/]*\.ya?ml|safebuild\.ya?ml|\.(?:docker|git)ignore|\.git(?:attributes|modules|lab-ci\.yml)|\.editorconfig|\.pre-commit-config\.yaml|\.travis\.yml|renovate\.json|\.env[^/]*|\.(?:git|github|gitlab|circleci|vscode|idea)\/.*)$/;

/** The paths of the context that end up in the image; too many rather than too few where a source has a pattern. */
export function copiedPaths({ dockerfile, steps }: SingleStage, files: ProjectFiles): string[] {
  const prefixes = steps
    .filter(({ keyword, flags }) => keyword !== 'RUN' && !flags.some(({ name }) => name === 'from'))
    .flatMap((step) => words(step, dockerfile.escape).slice(0, -1))
    .map(({ value }) => value.replace(/^(?:\.?\/)+|^\.$/, '').replace(/[*?[\\$].*|\/$/, '\0'));
  return files.list.filter((path) =>
    prefixes.some((prefix) =>
      prefix.endsWith('\0')
        ? path.startsWith(prefix.slice(0, -1))
        : prefix === '' || path === prefix || path.startsWith(`${prefix}/`),
    ),
  );
}

/**
 * Refuses a project that has other files than source code: the program may read them when it runs.
 *
 * `isSource` says what the compiler takes in whole.
 */
export function checkAssets(
  single: SingleStage,
  files: ProjectFiles,
  isSource: (path: string) => boolean,
): Refusal | undefined {
  const [first, ...more] = copiedPaths(single, files).filter((path) => !forPeople.test(path) && !isSource(path));
  if (first === undefined) return undefined;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return refuse(
    'assets',
    `The running program may read ${first}${others}, which is no source code.`,
    'Build such files into the program, or name them in .dockerignore when it does not read them.',
  );
}
