import { analyseRun, type Instruction, valueAt } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { resolvePath } from '../path.ts';
import { isPlain } from '../template/plain.ts';
import { refuse } from '../template/refuse.ts';
import type { SingleStage } from '../template/single-stage.ts';

/** Where Bundler has the gems. */
export interface Gems {
  /** With Bundler's own settings. */
  folders: readonly string[];
  /** What takes the gems for development and tests out again. */
  prune: readonly string[];
}

/** GEM_HOME and BUNDLE_APP_CONFIG of the official image: gems and Bundler's settings. Source: docker-library/ruby. */
const ofImage = '/usr/local/bundle';

/** How the gems are installed, or why that cannot be told. */
export function findGems(single: SingleStage, files: ProjectFiles): Gems | Refusal {
  const { dockerfile, stage } = single;
  const run = single.steps.find((step) =>
    analyseRun(step).commands.some(({ program, words }) => {
      const sub = words.slice(1).find(({ value }) => !value.startsWith('-'))?.value;
      return program === 'bundle' && (sub === undefined || sub === 'install');
    }),
  );
  if (!run) {
    return refuse(
      'install-command',
      'No RUN installs the gems with bundle install.',
      'Install the gems in a RUN of its own.',
    );
  }
  if (!files.list.includes('Gemfile.lock')) {
    return refuse(
      'lockfile',
      `Line ${run.line} installs with Bundler, and Gemfile.lock is not in the build context.`,
      'Commit Gemfile.lock, and do not leave it out by the ignore file.',
    );
  }
  const told = stage.instructions.map(({ text }) => text).join('\n');
  const path =
    valueAt(dockerfile, run, 'BUNDLE_PATH') ?? /(?:--path[ =]|\bpath\s+)['"]?([\w./-]+)/.exec(bundleText(single))?.[1];
  const folder = path === undefined ? ofImage : resolvePath(single.folderAt(run) ?? '/', path);
  if (
    /\b(?:GEM_HOME|BUNDLE_APP_CONFIG)\b/.test(told) ||
    !isPlain(folder) ||
    (path !== undefined && !path.startsWith('/') && !single.folderAt(run))
  ) {
    return refuse(
      'install-folder',
      'Where Bundler keeps the gems is set in a way that cannot be followed.',
      'Leave GEM_HOME and BUNDLE_APP_CONFIG as the ruby image has them.',
    );
  }
  return withoutDevelopment(single, run, files, [...new Set([folder, ofImage])]);
}

/** The text of all commands of Bundler, for its settings. */
function bundleText({ steps, dockerfile: { source } }: SingleStage): string {
  return steps
    .flatMap((step) => analyseRun(step).commands)
    .filter(({ program }) => program === 'bundle')
    .map(({ range }) => source.slice(range.start, range.end))
    .join('\n');
}

/**
 * Takes the groups for development and tests out, where the program runs in production and they are not left out already.
 *
 * `bundle clean` asks no server. Its settings lie beside the gems, so that the runtime stage knows of them.
 */
function withoutDevelopment(
  single: SingleStage,
  run: Instruction,
  files: ProjectFiles,
  folders: readonly string[],
): Gems | Refusal {
  const gemfile = files.text('Gemfile') ?? '';
  const grouped = /\b(?:group|groups:)[\s(:=>]*\[?\s*:(?:development|test)\b/.test(gemfile);
  const left =
    valueAt(single.dockerfile, run, 'BUNDLE_WITHOUT') !== undefined ||
    /without|deployment\s+.*only/.test(bundleText(single));
  if (!grouped || left) return { folders, prune: [] };
  const last = single.stage.instructions.at(-1)!;
  const production = ['RAILS_ENV', 'RACK_ENV', 'APP_ENV'].some(
    (name) => valueAt(single.dockerfile, last, name) === 'production',
  );
  const others = gemByName(single);
  if (!production || others !== undefined) {
    return refuse(
      'environment',
      others === undefined
        ? 'The Gemfile has gems for development and tests, and whether the program needs them cannot be told.'
        : `The gem ${others} is in no Gemfile, and would be taken out with those for development and tests.`,
      'Set ENV BUNDLE_WITHOUT=development:test in front of the install.',
    );
  }
  return { folders, prune: ['RUN bundle config set without development:test && bundle clean --force'] };
}

/** A gem that is installed by name, besides Bundler. */
function gemByName({ steps }: SingleStage): string | undefined {
  return steps
    .flatMap((step) => analyseRun(step).commands)
    .filter(({ program, words }) => program === 'gem' && words[1]?.value === 'install')
    .flatMap(({ words }) => words.slice(2).map(({ value }) => value))
    .find((word) => /^[a-z]/.test(word) && word !== 'bundler');
}
