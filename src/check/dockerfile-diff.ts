import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mended } from '../build/rewrite.ts';
import type { Sources } from '../build/sources.ts';
import { parseDockerfile } from '../dockerfile/index.ts';
import { unifiedDiff } from '../report/diff.ts';
import { credentialsInText, occurrencesIn } from '../secrets/index.ts';
import { edited, maskEdits } from './mask.ts';
import { shownPath } from './shown-path.ts';

/** What a build does to the Dockerfile and its ignore file, as unified diffs with every value masked. */
export async function dockerfileDiffs(sources: Sources, mended: Mended | undefined, cwd: string): Promise<string[]> {
  const { dockerfile, context, ignoreText } = sources;
  if (dockerfile === undefined || mended === undefined) return [];
  const { file, model } = dockerfile;
  const diff = unifiedDiff({
    path: file.shown,
    before: masked(model.source, sources),
    after: masked(mended.text, sources),
  });
  const ignore =
    context.kind === 'folder' && mended.ignore !== undefined
      ? unifiedDiff({
          path: shownPath(cwd, await ignorePath(context.dir, file.path)),
          ...(ignoreText === undefined ? {} : { before: ignoreText }),
          after: mended.ignore,
        })
      : '';
  return [diff, ignore].filter((text) => text !== '');
}

/** Values too weak for the redactor too, where they stand as the value of their name. */
function masked(text: string, { secrets }: Sources): string {
  const known = occurrencesIn(parseDockerfile(text), secrets).map(({ range }) => range);
  return edited(text, maskEdits([...known, ...credentialsInText(text).map(({ range }) => range)]));
}

async function ignorePath(dir: string, dockerfilePath: string | undefined): Promise<string> {
  const own = dockerfilePath === undefined ? undefined : `${dockerfilePath}.dockerignore`;
  const hasOwn =
    own !== undefined &&
    (await access(own).then(
      () => true,
      () => false,
    ));
  return hasOwn ? own : join(dir, '.dockerignore');
}
