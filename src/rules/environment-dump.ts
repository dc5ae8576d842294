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
  const commands = run.commands.filter((command) => isDump(command) || (mentioned && fillsTemplate(command)));
  return commands.map(({ words, range }) => ({ name: variable, range: words[0]?.range ?? range, quoting: 'none' }));
}

/** Why what such a command writes is kept. */
export function keptDump(context: RuleContext, run: Run, { name, range }: Use): Obstacle | undefined {
  const [file] = keptFiles(context, run, range);
  const command = run.commands.find(({ words }) => words[0]?.range === range);
  return file === undefined || !command ? undefined : obstacle(command, name, file);
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
