import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { BuildHost } from '../../../src/build/host.ts';
import type { Report } from '../../../src/report/index.ts';
import { verify } from '../../../src/verify.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { Layout } from '../image/build-image.ts';
import { base62, drawn } from '../scan/detectors/fakes.ts';

async function verifyImage(cwd: string, content: string, config = ''): Promise<Report> {
  const layout = new Layout();
  layout.root([layout.image([[{ path: 'app/.settings', content }]])]);
  for (const [path, bytes] of layout.files) {
    await mkdir(dirname(join(cwd, 'image', path)), { recursive: true });
    await writeFile(join(cwd, 'image', path), bytes);
  }
  if (config !== '') await writeFile(join(cwd, 'safebuild.yaml'), config);
  const host = { cwd, env: { SAFEBUILD_VERDICTS: 'off' }, signal: new AbortController().signal, phase: () => {} };
  return verify({ subject: './image', envFiles: [] }, host as unknown as BuildHost);
}

test('without a declared secret verify tells what detectors recognise', () =>
  withTempDir(async (cwd) => {
    const report = await verifyImage(cwd, `token=ghp_${drawn(base62, 36)}\n`);
    expect(report).toMatchObject({ verdict: 'leak', exitCode: 5 });
    expect(report.leaks.map(({ rule }) => rule)).toEqual(['detected:github-token']);
  }));

test('a clean end without a declared secret says how little was looked for', () =>
  withTempDir(async (cwd) => {
    const report = await verifyImage(cwd, 'nothing\n');
    expect(report).toMatchObject({ verdict: 'clean', exitCode: 0 });
    expect(report.warnings?.map(({ rule }) => rule)).toEqual(['verify-detectors-only']);
  }));

test('without a declared secret and without detectors there is nothing to do', () =>
  withTempDir(async (cwd) => {
    await expect(verifyImage(cwd, 'nothing\n', 'detectors: off\n')).rejects.toMatchObject({ code: 'USAGE' });
  }));

test('a value that somebody wrote into safebuild.yaml is masked in what verify says', () =>
  withTempDir(async (cwd) => {
    const value = 'not-a-secret-7f3a91c2d4e8';
    await writeFile(join(cwd, '.env'), `API_TOKEN=${value}\n`);
    const allow = `allow: [{ secret: API_TOKEN, place: app/.settings, reason: it is ${value} }]\n`;
    const report = await verifyImage(cwd, `token=${value}\n`, allow);
    expect(report.accepted?.findings).toHaveLength(1);
    expect(JSON.stringify(report)).not.toContain(value);
  }));

test('what safebuild.yaml refers to is fetched and searched for', () =>
  withTempDir(async (cwd) => {
    await writeFile(join(cwd, 'token.txt'), 'not-a-secret-7f3a91c2d4e8');
    const report = await verifyImage(cwd, 'x not-a-secret-7f3a91c2d4e8 y\n', 'secrets: { TOKEN: file:token.txt }\n');
    expect(report).toMatchObject({ verdict: 'leak', exitCode: 5 });
    expect(report.leaks.map(({ secret }) => secret)).toEqual(['TOKEN']);
    await expect(verifyImage(cwd, 'x\n', 'secrets: { TOKEN: file:no.txt }\n')).rejects.toMatchObject({
      code: 'SECRET_MISSING',
    });
  }));
