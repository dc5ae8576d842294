import { expect, test } from '@jest/globals';
import { unmatchedFiles } from '../../../src/build/unmatched-files.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { hostIn, rewritten, writeProject } from './project.ts';

async function notes(files: Readonly<Record<string, string>>, yaml: string): Promise<string[]> {
  return withTempDir(async (cwd) => {
    await writeProject(cwd, { Dockerfile: 'FROM scratch\n', ...files, 'safebuild.yaml': yaml });
    const { sources } = await rewritten(hostIn(cwd), ['.']);
    return unmatchedFiles(sources).map(({ message, location }) => `${'line' in location && location.line} ${message}`);
  });
}

test('an entry that fits no file is told where a file of that name lies elsewhere', async () => {
  const yaml = 'files:\n  app/secrets.json: { needed: runtime }\n';
  expect(await notes({ 'secrets.json': '{}' }, yaml)).toEqual([
    '2 files: app/secrets.json names no file of the build context; there is secrets.json.',
  ]);
});

test('a public file that is missing is told; a secret one is missing wherever nobody has it', async () => {
  const yaml = 'files:\n  test/key.pem: { needed: image }\n  .npmrc: { needed: build }\n  a.key: { needed: never }\n';
  expect(await notes({}, yaml)).toEqual(['2 files: test/key.pem names no file of the build context.']);
});

test('a file behind the ignore file is there', async () => {
  const files = { '.npmrc': 'x=1\n', '.dockerignore': '.npmrc\n', 'sub/.npmrc': 'x=1\n' };
  expect(await notes(files, 'files:\n  .npmrc: { needed: build }\n')).toEqual([]);
});
