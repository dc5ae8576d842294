import { relative, sep } from 'node:path';
import { paintDiff, unifiedDiff } from '../report/diff.ts';
import { findPipelines } from './ci/find.ts';
import { asksAgent, needsOf } from './ci/needs.ts';
import { proposePipeline } from './ci/propose.ts';
import type { Conversation } from './conversation.ts';
import type { Migration } from './migration.ts';
import type { Project } from './project.ts';

/**
 * Offers to change the pipelines that build the Dockerfile: without the secrets that its new mounts want, they would fail.
 *
 * Only where something was mended. GitHub Actions and GitLab CI; nothing is written that was not shown.
 */
export async function askPipelines({ project, asker, paint }: Conversation, start: Migration): Promise<Migration> {
  const wanted = start.mounts.length + start.dropBuildArgs.length > 0 || asksAgent(start.draft);
  if (start.mended.length === 0 || !wanted) return start;
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

/**
 * The lines of pipelines that build the Dockerfile and must hand over the ssh agent, as they would have to read.
 *
 * None where the migrated Dockerfile asks no agent. What is written in a way that cannot be edited is not found.
 */
export async function agentLines(project: Project, migration: Migration): Promise<string[]> {
  if (migration.mended.length === 0 || !asksAgent(migration.draft)) return [];
  const { root, pipelines } = await findPipelines(project.dir);
  const needs = { ...needsOf(project, migration, root), mounts: [], buildArgs: new Set<string>() };
  return pipelines.flatMap(({ kind, path, text }) => {
    const now = migration.pipelines.find(({ absolute }) => absolute === path)?.after ?? text;
    const shown = relative(root, path).split(sep).join('/');
    const before = now.split('\n');
    const after = proposePipeline(now, kind, needs, 'docker').split('\n');
    let known = 0;
    return after.flatMap((line, index) => {
      if (line === before[known]) {
        known++;
        return [];
      }
      // A flag goes into its line; an input of an action is a line of its own.
      if (line.includes('--ssh default')) known++;
      return [`${shown}:${index + 1}  ${line.trim()}`];
    });
  });
}
