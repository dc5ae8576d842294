import { paintDiff } from '../report/diff.ts';
import { draftDiff } from './changes.ts';
import type { Conversation } from './conversation.ts';
import type { Migration } from './migration.ts';
import { splitOf, withSplit } from './split.ts';

/**
 * Offers the split into a build and a runtime stage, where a template fits; `safebuild.yaml` remembers a "never".
 *
 * Who was asked once is not asked again at every run: only where something else was mended, or by `--multi-stage`.
 */
export async function askStages(conversation: Conversation, migration: Migration): Promise<Migration> {
  const { project, asker, paint } = conversation;
  const asks = migration.mended.length > 0 && project.sources.config.multiStage !== 'never';
  if (!(conversation.offersSplit ?? asks)) return migration;
  const split = splitOf(project, migration);
  if (!('text' in split)) return migration;
  const after = { ...migration.draft, dockerfile: split.text };
  const diff = paintDiff(draftDiff(project, migration.draft, after), paint);
  await asker.print(`\n${paint.bold('Build and runtime stage')}\n\n${diff}\n`);
  const reply = await asker.choose('Split the Dockerfile into a build and a runtime stage?', [
    { value: 'when-needed', name: 'No: stages come only where nothing else takes a secret out' },
    { value: 'always', name: 'Yes: the image then holds only what the program needs to run' },
    { value: 'never', name: 'Never, not for a secret either: safebuild.yaml remembers it' },
  ]);
  if (reply === 'always') return withSplit(migration, split);
  if (reply === 'when-needed') return migration;
  const answers = { ...migration.draft.answers, multiStage: reply };
  return { ...migration, draft: { ...migration.draft, answers } };
}
