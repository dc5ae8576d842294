import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { type Report, renderText } from '../../../src/report/index.ts';
import { verify } from '../../../src/verify.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { hostIn } from '../build/project.ts';
import { Layout } from '../image/build-image.ts';
import { buildTar, type TarFile } from '../image/build-tar.ts';

const token = 'not-a-secret-7f3a91c2d4e8';
const same = (text: string): string => text;
const plain = { bold: same, red: same, green: same, yellow: same, dim: same };

/** The report on an image with these files, in a project with these. */
async function reportOn(files: readonly TarFile[], project: Readonly<Record<string, string>>): Promise<Report> {
  const layout = new Layout();
  layout.root([layout.image([files], { config: { Labels: { note: token } } })]);
  const image = buildTar([...layout.files].map(([path, content]) => ({ path, content })));
  return withTempDir(async (cwd) => {
    await writeFile(join(cwd, 'image.tar'), image);
    for (const [path, text] of Object.entries(project)) {
      await mkdir(dirname(join(cwd, path)), { recursive: true });
      await writeFile(join(cwd, path), text);
    }
    return verify({ subject: 'image.tar', envFiles: [] }, hostIn(cwd));
  });
}

const allow = `allow:
  - { secret: TOKEN, place: 'docs/**', reason: the example of the manual }
  - { secret: TOKEN, place: 'label:note', reason: a published key }
`;

test('a leak that safebuild.yaml accepts is no leak, and is told with its reason', async () => {
  const files = [{ path: 'docs/manual.md', content: token }];
  const report = await reportOn(files, { '.env': `TOKEN=${token}\n`, 'safebuild.yaml': allow });
  expect(report).toMatchObject({ verdict: 'clean', exitCode: 0, leaks: [], warnings: [] });
  const text = renderText(report, plain);
  expect(text).toContain('/docs/manual.md (the example of the manual)');
  expect(text).toContain('; 2 accepted');
});

test('the same value elsewhere is a leak still', async () => {
  const files = [{ path: 'app/config.md', content: token }];
  const report = await reportOn(files, { '.env': `TOKEN=${token}\n`, 'safebuild.yaml': allow });
  expect(report).toMatchObject({ verdict: 'leak', exitCode: 5 });
  expect(report.leaks).toHaveLength(1);
  expect(renderText(report, plain)).toContain('safebuild.yaml:2: this entry of allow accepts nothing');
});

test('a limit that is reached in one file is accepted there, and nowhere else', async () => {
  const bomb = { path: 'srv/big.gz', content: gzipSync(Buffer.alloc(2_000_000)) };
  const other = { ...bomb, path: 'app/big.gz' };
  const config = `${allow.replace(/.*docs.*\n/, '')}  - { incomplete: srv/*.gz, reason: zeros }\nscan: { max-file-bytes: 1MB }\n`;
  const project = { '.env': `TOKEN=${token}\n`, 'safebuild.yaml': config };
  expect(await reportOn([bomb], project)).toMatchObject({
    verdict: 'clean',
    exitCode: 0,
    incomplete: [],
    warnings: [],
  });
  const report = await reportOn([bomb, other], project);
  expect(report).toMatchObject({ verdict: 'unverified', exitCode: 6 });
  expect(report.incomplete.map(({ file }) => file)).toEqual(['app/big.gz']);
});

test('a value that is public by design is no leak, and its name is told with the reason', async () => {
  const env = `NEXT_PUBLIC_ANALYTICS_KEY=${token}-public\nTOKEN=another-${token.toUpperCase()}\n`;
  const report = await reportOn([{ path: 'app/bundle.js', content: `${token}-public` }], { '.env': env });
  expect(report).toMatchObject({ verdict: 'clean', leaks: [] });
  expect(report.secrets.searched).toEqual(['TOKEN']);
  expect(report.secrets.settings).toContainEqual({
    name: 'NEXT_PUBLIC_ANALYTICS_KEY',
    why: expect.stringContaining('by design'),
  });
  expect(renderText(report, plain, { verbose: true })).toContain(
    'not searched for NEXT_PUBLIC_ANALYTICS_KEY, no secret:',
  );
});

test.each(['NEXT_PUBLIC_API_KEY', 'VITE_API_KEY', 'REACT_APP_API_KEY'])(
  'a public name does not make a secret value public: %s',
  async (name) => {
    const env = `${name}=${token}\nAPI_KEY=${token}\n`;
    const report = await reportOn([{ path: 'app/bundle.js', content: token }], { '.env': env });
    expect(report).toMatchObject({ verdict: 'leak', exitCode: 5 });
    expect(report.leaks.map(({ secret }) => secret)).toContain('API_KEY');
  },
);

test('a public name that the project declares a secret is one', async () => {
  const project = { '.env': `VITE_KEY=${token}\n`, 'safebuild.yaml': 'secrets: { VITE_KEY: secret }\n' };
  const report = await reportOn([{ path: 'app/bundle.js', content: token }], project);
  expect(report).toMatchObject({ verdict: 'leak', exitCode: 5 });
});
