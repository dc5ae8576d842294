import { analyseShell } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { refuse } from '../template/refuse.ts';
import type { SingleStage } from '../template/single-stage.ts';

/** Programs of the build that the runtime stage has not. */
const tools = /^(?:poetry|uv|uvx|pipx|pip[\d.]*)$/;

/**
 * Refuses a start by a package manager, also from a script of the project.
 *
 * Everything else that could be started before is in the runtime stage, too.
 */
export function checkStart({ settings }: SingleStage, files: ProjectFiles): Refusal | undefined {
  const starts = settings.filter(({ keyword }) => /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(keyword));
  if (!starts.some(({ keyword }) => keyword !== 'HEALTHCHECK')) {
    return refuse('start-command', 'There is no CMD or ENTRYPOINT.', 'Say by CMD how the program is started.');
  }
  for (const { json, text, line } of starts) {
    const words = json ?? analyseShell(text).commands.flatMap((command) => command.words.map(({ value }) => value));
    const script = words
      .map((word) => files.text(word.replace(/^(?:\.\/|\/\w+\/)/, '')))
      .find((found) => found !== undefined);
    const called = [...words, ...(script === undefined ? [] : programs(script))].find((word) =>
      tools.test(word.split('/').at(-1) ?? ''),
    );
    if (called === undefined) continue;
    return refuse(
      'start-command',
      `Line ${line}: ${called} belongs to the build and is not in the runtime stage.`,
      'Start the program by python, or by the program that its package brings.',
    );
  }
  return undefined;
}

function programs(script: string): string[] {
  return analyseShell(script).commands.map(({ program }) => program);
}
