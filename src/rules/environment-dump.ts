import { mentionCounts } from '../ecosystems/index.ts';
import type { RuleContext } from './context.ts';
import { keptFiles } from './kept.ts';
import type { Obstacle } from './obstacles.ts';
import { fillsTemplate } from './readers.ts';
import type { Command, Run, Use } from './runs.ts';
import { isDump } from './writing-programs.ts';

/** Uses of a variable that no text names: commands that write all variables, or all that a template names. */
export function unnamedUses(context: RuleContext, run: Run, variable: string): Use[] {
  const mentioned = context.files.mentions(variable).some(mentionCounts);
  return candidates(run)
    .filter((command) => mentioned || isDump(command))
    .map((command) => {
      const use: Use = { name: variable, range: command.words[0]?.range ?? command.range, quoting: 'none' };
      commandsOf.set(use, command);
      return use;
    });
}

/** The command that a use stands for which no text names. */
const commandsOf = new WeakMap<Use, Command>();

const known = new WeakMap<Run, readonly Command[]>();

function candidates(run: Run): readonly Command[] {
  const before = known.get(run) ?? run.commands.filter((command) => isDump(command) || fillsTemplate(command));
  known.set(run, before);
  return before;
}

/** Why what such a command writes is kept; undefined for a use that the text names. */
export function keptDump(context: RuleContext, run: Run, use: Use): Obstacle | undefined {
  const command = commandsOf.get(use);
  const [file] = command ? keptFiles(context, run, use.range) : [];
  return file === undefined || !command ? undefined : obstacle(command, use.name, file);
}

function obstacle(command: Command, variable: string, file: string): Obstacle {
  const what = `and with them the value of ${variable}, into ${file}, which stays in the image`;
  if (!isDump(command)) {
    return {
      message: `${command.program} writes what its template names, ${what}.`,
      remedy: `Fill the template when the container starts, or remove ${file} at the end of the same RUN.`,
    };
  }
  return {
    message: `${command.program} writes all variables, ${what}.`,
    remedy: `Leave it out (env -u ${variable} > ${file}), or use ${variable} in a RUN of its own.`,
  };
}
