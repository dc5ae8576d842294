import { referenceHint, schemeOf } from '../config/reference.ts';
import { answerSecret } from './answers.ts';
import type { Conversation } from './conversation.ts';
import type { Migration } from './migration.ts';

/**
 * Shows where the value of each mounted secret comes from, and lets a person name another place: a reference to a store.
 *
 * One question where everything is as it should be. References go into `safebuild.yaml`, values never.
 */
export async function askSources(conversation: Conversation, start: Migration): Promise<Migration> {
  const { project, asker, paint } = conversation;
  const names = [...new Set(start.mounts.map(({ secret }) => secret))].filter((name) => /^[A-Za-z_]\w*$/.test(name));
  if (names.length === 0) return start;
  const width = Math.max(...names.map((name) => name.length));
  let migration = start;
  for (;;) {
    const lines = names.map((name) => `  ${name.padEnd(width)}  ${sourceOf(conversation, migration, name)}\n`);
    await asker.print(
      project.redactor.redactText(`\n${paint.bold('Where the values come from')}\n${lines.join('')}\n`),
    );
    const chosen = await asker.choose('Take them from there?', [
      { value: '', name: 'Yes' },
      ...names.map((name) => ({ value: name, name: `Take ${name} from a store: name a reference` })),
    ]);
    if (chosen === '') return migration;
    const { draft } = migration;
    const from = await asker.ask(`Reference of ${chosen} (vault://…, op://…, env:…, file:…)`, (answer) =>
      referenceProblem(conversation, answer),
    );
    migration = { ...migration, draft: { ...draft, answers: answerSecret(draft.answers, chosen, { from }) } };
  }
}

/** People paste values where references belong: it is neither quoted nor taken. */
function referenceProblem({ project }: Conversation, answer: string): string | undefined {
  if (schemeOf(answer.trim()) === undefined) return `That is no reference. ${referenceHint}`;
  if (schemeOf(answer.trim()) === 'exec') return 'A program is named in safebuild.yaml, with exec: and its words.';
  return project.redactor.redactText(answer) === answer ? undefined : 'A reference never holds the value itself.';
}

function sourceOf({ project: { sources } }: Conversation, { draft }: Migration, name: string): string {
  const from = draft.answers.secrets.get(name)?.from ?? sources.config.secrets.get(name)?.from;
  if (from !== undefined) return from;
  const origin = sources.secrets.get(name)?.origin;
  if (origin === undefined) return 'no value here: the environment or .env of whoever builds';
  if (origin.source === 'dockerfile') return 'the Dockerfile, until now: put a new value into .env, or into a store';
  return origin.line === undefined ? origin.where : `${origin.where} line ${origin.line}`;
}
