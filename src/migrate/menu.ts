import { masked } from '../build/masked.ts';
import type { Finding } from '../finding.ts';
import { rules } from '../rules/index.ts';
import { answerFile, answerSecret } from './answers.ts';
import type { Asker } from './asker.ts';
import type { Conversation, Subject } from './conversation.ts';
import type { Draft } from './inspect.ts';
import { declarableOf, type Topic } from './question.ts';

type Common = 'skip' | 'no-secret' | 'explain' | 'quit';

/** Asks about one finding until there is a reply: an explanation is none. */
export async function menu<T extends string>(
  { asker, project }: Conversation,
  { finding, migration }: Subject,
  message: string,
  first: readonly { value: T; name: string }[],
): Promise<T | 'skip' | 'quit' | { draft: Draft }> {
  const topic = declarableOf(project, migration.draft, finding);
  const choices: { value: T | Common; name: string }[] = [
    ...first,
    { value: 'skip', name: 'Skip' },
    ...(topic === undefined ? [] : [{ value: 'no-secret' as const, name: declaration(topic) }]),
    { value: 'explain', name: 'Explain' },
    { value: 'quit', name: 'Quit, and write nothing' },
  ];
  for (;;) {
    const chosen = await asker.choose(masked(message, project.redactor), masked(choices, project.redactor));
    if (chosen === 'explain') await asker.print(`\n${explanationOf(finding)}\n`);
    else if (chosen === 'no-secret' && topic) return { draft: await declared(asker, migration.draft, topic) };
    else return chosen as T | 'skip' | 'quit';
  }
}

function declaration(topic: Topic): string {
  return topic.kind === 'file'
    ? `Allow it: ${topic.path} is no secret, and may stay in the image`
    : `Allow it: ${topic.name} is no secret, and say why`;
}

async function declared(asker: Asker, draft: Draft, topic: Topic): Promise<Draft> {
  if (topic.kind === 'file') return { ...draft, answers: answerFile(draft.answers, topic.path, 'image') };
  const reason = await asker.ask(`Why is ${topic.name} no secret? (goes into safebuild.yaml)`);
  return { ...draft, answers: answerSecret(draft.answers, topic.name, { kind: 'setting', reason }) };
}

function explanationOf({ rule, remedy }: Finding): string {
  const known = rules.find(({ id }) => id === rule);
  return known === undefined ? (remedy ?? '') : known.explanation;
}
