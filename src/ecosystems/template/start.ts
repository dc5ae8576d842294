import { analyseShell, type Instruction } from '../../dockerfile/index.ts';
import type { Refusal } from '../ecosystem.ts';
import { refuse } from './refuse.ts';
import type { SingleStage } from './single-stage.ts';

/** How the program is started. */
export interface Start {
  /** The CMD or ENTRYPOINT that names the program. */
  instruction: Instruction;
  /** Program and arguments. */
  words: readonly string[];
  /** No shell is needed. */
  exec: boolean;
}

/**
 * The command that `docker run` runs: ENTRYPOINT with CMD behind it.
 *
 * Of a shell form, the one command that it runs; with several of them nothing is known.
 */
export function startOf({ settings }: SingleStage): Start | Refusal {
  const cmd = settings.findLast(({ keyword }) => keyword === 'CMD');
  const entrypoint = settings.findLast(({ keyword }) => keyword === 'ENTRYPOINT');
  const instruction = entrypoint ?? cmd;
  if (!instruction) {
    return refuse('start-command', 'There is no CMD or ENTRYPOINT.', 'Say by CMD how the program is started.');
  }
  if (instruction.json !== undefined) {
    const more = entrypoint === undefined ? [] : (cmd?.json ?? []);
    // the arguments of a CMD in shell form would be `/bin/sh -c …`
    const exec = entrypoint === undefined || cmd === undefined || cmd.json !== undefined;
    const words = [...instruction.json, ...more];
    if (exec && words.length > 0) return { instruction, words, exec };
  }
  const { commands, complete, redirects } = analyseShell(instruction.json === undefined ? instruction.text : '');
  const [first, ...others] = commands.filter(({ program }) => program !== 'exec');
  if (first && others.length === 0 && complete && redirects.length === 0 && first.assignments.length === 0) {
    return { instruction, words: first.words.map(({ value }) => value), exec: false };
  }
  return refuse(
    'start-command',
    `Line ${instruction.line}: the program that it starts cannot be told from the text.`,
    'Start one program in exec form, such as CMD ["/app/server"].',
  );
}
