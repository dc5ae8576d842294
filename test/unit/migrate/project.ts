import { expect } from '@jest/globals';
import { readSources } from '../../../src/build/sources.ts';
import { converse } from '../../../src/migrate/converse.ts';
import { type Asker, type Migration, type Project, projectOf } from '../../../src/migrate/index.ts';
import { hostIn } from '../build/project.ts';
import { requestOf } from '../buildx/command-line.ts';

/** A value that every test may plant. */
export const token = 'not-a-secret-7f3a91c2d4e8';

/** The project in `cwd`, as `safebuild migrate` with these words reads it. */
export async function projectIn(cwd: string, ...argv: string[]): Promise<Project> {
  const request = requestOf(...(argv.length === 0 ? ['.'] : argv));
  return projectOf(await readSources(request, { envFiles: [] }, hostIn(cwd)), request);
}

const plain = (text: string): string => text;
const paint = { bold: plain, red: plain, green: plain, yellow: plain, dim: plain };

export interface Talk {
  migration: Migration | undefined;
  /** Everything that was shown. */
  shown: string;
  /** The messages of all questions, in order. */
  asked: readonly string[];
}

/** Has the conversation, with these replies: the value of a choice, or a line of text. */
export async function talk(
  project: Project,
  replies: readonly string[],
  { editor, ...offers }: { offersSplit?: boolean; sshAgent?: boolean; editor?: (text: string) => string } = {},
): Promise<Talk> {
  const left = [...replies];
  const asked: string[] = [];
  let shown = '';
  const asker: Asker = {
    async print(text) {
      shown += text;
    },
    async choose(message, choices) {
      asked.push(message);
      shown += `${message}\n`;
      const wanted = left.shift();
      const choice = choices.find(({ value }) => value === wanted);
      if (choice === undefined) throw new Error(`${wanted} is none of ${choices.map(({ value }) => value).join(', ')}`);
      return choice.value;
    },
    async ask(message, problem) {
      for (;;) {
        asked.push(message);
        const answer = left.shift() ?? '';
        const wrong = problem?.(answer);
        if (wrong === undefined) return answer;
        shown += `${wrong}\n`;
      }
    },
    async change(message, line) {
      asked.push(`${message} ${line}`);
      shown += `${message} ${line}\n`;
      return left.shift() ?? line;
    },
    edit: async (text) => editor?.(text),
  };
  const migration = await converse({ project, asker, paint, ...offers });
  expect(left).toEqual([]);
  return { migration, shown, asked };
}
