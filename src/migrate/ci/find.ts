import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../config/find.ts';
import type { PipelineKind } from './propose.ts';

/** A pipeline of the project, as it lies there. */
export interface Pipeline {
  kind: PipelineKind;
  /** Absolute. */
  path: string;
  text: string;
}

/** No pipeline that a person wrote is larger. */
const maxBytes = 512 * 1024;

/** The pipelines of the repository that `folder` is in, or of the folder itself outside of one, and its root. */
export async function findPipelines(folder: string): Promise<{ root: string; pipelines: Pipeline[] }> {
  const root = (await repositoryRoot(folder)) ?? folder;
  const workflows = join(root, '.github', 'workflows');
  const names = (await readdir(workflows).catch(() => [])).filter((name) => /\.ya?ml$/.test(name)).sort();
  const candidates = [
    ...names.map((name) => ({ kind: 'github' as const, path: join(workflows, name) })),
    { kind: 'gitlab' as const, path: join(root, '.gitlab-ci.yml') },
  ];
  const found = await Promise.all(
    candidates.map(async ({ kind, path }): Promise<Pipeline[]> => {
      const bytes = await readFile(path).catch(() => undefined);
      const text = bytes?.toString('utf8');
      // What is no UTF-8 would be written with losses.
      if (bytes === undefined || text === undefined || !Buffer.from(text).equals(bytes)) return [];
      return bytes.length > maxBytes ? [] : [{ kind, path, text }];
    }),
  );
  return { root, pipelines: found.flat() };
}
