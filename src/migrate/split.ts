import { readFileSync } from 'node:fs';
import { projectFiles } from '../build/split.ts';
import type { Refusal, Split } from '../ecosystems/index.ts';
import { splitStages, templateUrl } from '../ecosystems/split.ts';
import { modelOf } from './inspect.ts';
import type { Migration } from './migration.ts';
import type { Project } from './project.ts';

/** The draft's Dockerfile in a build and a runtime stage, or the precondition that does not hold. */
export function splitOf(project: Project, { draft }: Migration): Split | Refusal {
  return splitStages(modelOf(project, draft.dockerfile), projectFiles(project.sources), (name) =>
    readFileSync(templateUrl(name), 'utf8'),
  );
}

/** The migration with the split in it. */
export function withSplit(migration: Migration, { text }: Split): Migration {
  return { ...migration, draft: { ...migration.draft, dockerfile: text }, split: true };
}
