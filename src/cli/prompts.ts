import { SafebuildError } from '../errors.ts';
import type { Asker } from '../migrate/index.ts';
import { openEditor } from './editor.ts';
import type { Io } from './io.ts';

/** Whether a person sits at both ends: keys are read, and what is drawn is seen. */
export function isInteractive(io: Io): boolean {
  return io.stdout.isTTY && process.stdin.isTTY === true && io.env.TERM !== 'dumb';
}

/** Asks on the terminal of this process. Ctrl-C, Ctrl-D and a signal throw `INTERRUPTED`. */
export async function createAsker(io: Io): Promise<Asker> {
  const { createPromptModule } = await import('inquirer');
  const prompt = createPromptModule({ input: process.stdin, output: io.stdout.stream, signal: io.signal });
  return {
    print: (text) => io.stdout.write(text),
    async choose<T extends string>(message: string, choices: readonly { value: T; name: string }[]): Promise<T> {
      const { answer } = await prompt({
        type: 'select',
        name: 'answer',
        message,
        choices: [...choices],
        loop: false,
        pageSize: choices.length,
      }).catch(interrupted);
      return answer as T;
    },
    async ask(message, problem) {
      const { answer } = await prompt({
        type: 'input',
        name: 'answer',
        message,
        validate: (text: string) => (text.trim() === '' ? 'Write a few words.' : (problem?.(text.trim()) ?? true)),
      }).catch(interrupted);
      return answer.trim();
    },
    async change(message, line) {
      const { answer } = await prompt({
        type: 'input',
        name: 'answer',
        message,
        default: line,
        prefill: 'editable',
      }).catch(interrupted);
      return answer;
    },
    edit: (text, name) => openEditor(text, name, io),
  };
}

const leaving = ['ExitPromptError', 'AbortPromptError', 'CancelPromptError'];

function interrupted(error: unknown): never {
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
  if (!leaving.some((known) => known === name)) throw error;
  throw new SafebuildError('INTERRUPTED', 'Interrupted: nothing was written.');
}
