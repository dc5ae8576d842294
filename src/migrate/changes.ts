import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { type TextChange, unifiedDiff } from '../report/diff.ts';
import { occurrencesIn } from '../secrets/index.ts';
import { withAnswersWritten } from './config-edit.ts';
import { type Draft, modelOf } from './inspect.ts';
import type { Migration } from './migration.ts';
import type { Project } from './project.ts';

/** One file that the migration writes. */
export interface FileChange extends TextChange {
  absolute: string;
}

/** The files that differ from what lies there, by paths relative to `root`. Their texts may hold values. */
export async function changesOf(project: Project, migration: Migration, root: string): Promise<FileChange[]> {
  const { sources, dockerfile, ignorePath, configPath } = project;
  const { draft } = migration;
  const config = sources.config.path === undefined ? undefined : await readFile(configPath, 'utf8');
  const { secrets, files, multiStage } = draft.answers;
  const hasAnswers = secrets.size + files.size > 0 || multiStage !== undefined;
  const all = [
    { absolute: dockerfile.path, before: dockerfile.model.source, after: draft.dockerfile },
    { absolute: ignorePath, before: sources.ignoreText, after: draft.ignore },
    {
      absolute: configPath,
      before: config,
      after: hasAnswers ? withAnswersWritten(config ?? '', draft.answers) : config,
    },
    ...migration.pipelines,
  ];
  return all.flatMap(({ absolute, before, after }) => {
    if (after === undefined || after === before) return [];
    const path = relative(root, absolute).split(sep).join('/');
    return [{ absolute, path, after, ...(before === undefined ? {} : { before }) }];
  });
}

/** The diff of the changes with every value masked, for a terminal or a log. It does not apply where a mask stands. */
export function shownDiff(project: Project, changes: readonly FileChange[]): string {
  return changes
    .map(({ absolute, path, before, after }) => {
      const mask = (text: string): string =>
        absolute === project.dockerfile.path ? maskedDockerfile(project, text) : project.redactor.redactText(text);
      return unifiedDiff({ path, after: mask(after), ...(before === undefined ? {} : { before: mask(before) }) });
    })
    .join('');
}

/** The diff as it applies, or undefined where it would quote a value. */
export function patchOf(project: Project, changes: readonly FileChange[]): string | undefined {
  const patch = changes.map(unifiedDiff).join('');
  return patch === shownDiff(project, changes) ? patch : undefined;
}

/** A draft's Dockerfile with every value masked, also those too short or too common to be masked everywhere. */
export function maskedDockerfile(project: Project, text: string): string {
  let masked = '';
  let at = 0;
  for (const { range } of occurrencesIn(modelOf(project, text), project.sources.secrets)) {
    // Line numbers stay, for a value of several lines too.
    const lines = text.slice(range.start, range.end).split('\n').length - 1;
    masked += `${text.slice(at, range.start)}***${'\n'.repeat(lines)}`;
    at = range.end;
  }
  return project.redactor.redactText(masked + text.slice(at));
}

/** The diff between two drafts, with every value masked. */
export function draftDiff(project: Project, before: Draft, after: Draft): string {
  const ignore = (draft: Draft): string => project.redactor.redactText(draft.ignore ?? '');
  return [
    unifiedDiff({
      path: 'Dockerfile',
      before: maskedDockerfile(project, before.dockerfile),
      after: maskedDockerfile(project, after.dockerfile),
    }),
    unifiedDiff({ path: '.dockerignore', before: ignore(before), after: ignore(after) }),
  ].join('');
}
