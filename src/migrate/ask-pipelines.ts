import { relative, sep } from 'node:path';
import { paintDiff, unifiedDiff } from '../report/diff.ts';
import { findPipelines } from './ci/find.ts';
import { needsOf } from './ci/needs.ts';
import { proposePipeline } from './ci/propose.ts';
import type { Conversation } from './conversation.ts';
import type { Migration } from './migration.ts';

/**
 * Offers to change the pipelines that build the Dockerfile: without the secrets that its new mounts want, they would fail.
 *
 * Only where something was mended. GitHub Actions and GitLab CI; nothing is written that was not shown.
 */
export async function askPipelines({ project, asker, paint }: Conversation, start: Migration): Promise<Migration> {
  if (start.mended.length === 0 || start.mounts.length + start.dropBuildArgs.length === 0) return start;
  const { root, pipelines } = await findPipelines(project.dir);
  const needs = needsOf(project, start, root);
  let migration = start;
  for (const { kind, path: absolute, text: before } of pipelines) {
    const safebuild = proposePipeline(before, kind, needs, 'safebuild');
    const docker = proposePipeline(before, kind, needs, 'docker');
    if (safebuild === before) continue;
    const path = relative(root, absolute).split(sep).join('/');
    const mask = (text: string): string => project.redactor.redactText(text);
    const diff = paintDiff(unifiedDiff({ path, before: mask(before), after: mask(safebuild) }), paint);
    await asker.print(`\n${paint.bold('Pipeline')}\n\n${diff}\n`);
    const reply = await asker.choose(`${path} builds this Dockerfile. Change it?`, [
      ...(docker === safebuild
        ? [{ value: 'safebuild' as const, name: 'Yes' }]
        : [
            { value: 'safebuild' as const, name: 'Yes: the job must have safebuild installed' },
            {
              value: 'docker' as const,
              name: 'Only hand the secrets over: docker goes on building, nothing is proved',
            },
          ]),
      { value: 'no', name: 'No' },
    ]);
    if (reply === 'no') continue;
    const after = reply === 'safebuild' ? safebuild : docker;
    migration = { ...migration, pipelines: [...migration.pipelines, { absolute, before, after }] };
  }
  return migration;
}
