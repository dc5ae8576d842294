import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { programDigest, programFolders } from '../../../src/scan/program.ts';

test('the digest covers every folder whose code takes part in a search', () => {
  const imported = programFolders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /^(?:detectors|containers|forms|matcher|codecs|tar)\/.*\.ts$/.test(name))
      .flatMap((name) => {
        const file = new URL(name, folder);
        const paths = readFileSync(file, 'utf8').matchAll(/^import (?!type)[^;]*?from '(\.[^']+)';$/gm);
        return [...paths].map(([, path]) => new URL(path ?? '', file).href);
      }),
  );
  const outside = imported.filter((file) => !programFolders.some(({ href }) => file.startsWith(href)));
  expect(imported.length).toBeGreaterThan(100);
  expect(outside.filter((file) => !file.endsWith('/src/errors.ts') && !file.endsWith('/src/finding.ts'))).toEqual([]);
});

test('it is one digest', async () => {
  await expect(programDigest()).resolves.toMatch(/^[0-9a-f]{64}$/);
});
