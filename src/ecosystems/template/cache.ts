import { analyseRun, type Instruction, type ShellCommand, userAt } from '../../dockerfile/index.ts';
import type { Edit } from '../../finding.ts';
import { isIn } from '../path.ts';
import { isRoot, type SingleStage } from './single-stage.ts';

/** A folder that a tool keeps from build to build. */
export interface Cache {
  target: string;
  /** Two builds at once would spoil it. */
  locked?: boolean;
}

/**
 * Gives the RUNs of a tool its cache, on the builder and not in the image.
 *
 * RUNs of another user than root get none: the folder would not be theirs. Nothing is mounted over a folder that the RUN
 * mounts already or that the Dockerfile copies into. An old `# syntax=` may know no mounts: then there are none, either.
 */
export function cacheEdits(
  single: SingleStage,
  caches: readonly Cache[],
  uses: (command: ShellCommand) => boolean,
): Edit[] {
  const { dockerfile, steps } = single;
  const syntax = dockerfile.directives.find(({ name }) => name === 'syntax')?.value;
  if (syntax !== undefined && !/^docker\/dockerfile:1(?:\.(?:[2-9]|\d\d)(?:\.\d+)?)?$/.test(syntax)) return [];
  return steps.flatMap((step) => {
    if (step.keyword !== 'RUN' || !asRoot(single, step)) return [];
    const { commands } = analyseRun(step);
    if (!commands.some(uses)) return [];
    const free = caches.filter(
      ({ target }) =>
        !commands.some((command) => empties(command, target, uses)) &&
        !mountedAt(step).some((path) => isIn(path, target) || isIn(target, path)) &&
        !steps.some(({ keyword, text }) => keyword !== 'RUN' && text.includes(target)),
    );
    const at = step.keywordRange.end;
    return free.map(({ target, locked }) => ({
      range: { start: at, end: at },
      text: ` --mount=type=cache,target=${target}${locked ? ',sharing=locked' : ''}`,
    }));
  });
}

/** A command that takes the cache away again: on a mount `rm -rf` fails, and the others would leave every build without it. */
function empties(command: ShellCommand, target: string, uses: (command: ShellCommand) => boolean): boolean {
  const args = command.words.slice(1).map(({ value }) => value);
  if (uses(command)) return args.some((arg) => /^(?:cache|store)$/.test(arg));
  const paths = args.map((arg) => arg.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, '/root').replace(/\/?\*?$/, ''));
  return paths.some((path) => path !== '' && path.startsWith('/') && (isIn(path, target) || isIn(target, path)));
}

/** Where the RUN mounts something already. */
function mountedAt({ flags }: Instruction): string[] {
  return flags.flatMap(({ value = '' }) => /(?:^|,)(?:target|dst|destination)="?([^,"]+)/.exec(value)?.[1] ?? []);
}

function asRoot({ dockerfile, stage }: SingleStage, step: Instruction): boolean {
  const told = stage.instructions.some(({ keyword, range }) => keyword === 'USER' && range.start < step.range.start);
  return !told || isRoot(userAt(dockerfile, step) ?? '');
}
