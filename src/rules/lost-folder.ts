import type { RuleContext } from './context.ts';
import type { Move } from './moves.ts';
import { runsOf } from './runs.ts';
import { escapeRegExp } from './text.ts';
import { pathsOf } from './upkeep.ts';

/**
 * The folder that a COPY made and later RUNs count on, when the COPY goes; undefined when there is none.
 *
 * COPY creates the folder of its destination. Only the hidden folders that tools keep credentials in (`/root/.ssh`) are of
 * interest: others come with the base image, or hold more than the file.
 */
export function lostFolder(context: RuleContext, moves: readonly Move[]): string | undefined {
  for (const { landing, use } of moves) {
    const folder = landing.target.slice(0, landing.target.lastIndexOf('/'));
    if (!/\/\.[^/]+$/.test(folder) || isMade(context, folder)) continue;
    if (use.after.some(({ text }) => named(folder).test(text))) return folder;
  }
  return undefined;
}

function isMade(context: RuleContext, folder: string): boolean {
  return runsOf(context.dockerfile).some((run) =>
    run.commands.some((command) => command.program === 'mkdir' && pathsOf(context, run, command).includes(folder)),
  );
}

/** The folder itself, as `/root/.ssh`, `~/.ssh` or `$HOME/.ssh`, or another file in it. */
function named(folder: string): RegExp {
  const base = folder.slice(folder.lastIndexOf('/'));
  return new RegExp(`(?:${escapeRegExp(folder)}|(?:~|\\$HOME|\\$\\{HOME\\})${escapeRegExp(base)})(?![\\w.-])`);
}
