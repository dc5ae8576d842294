import { expect, test } from '@jest/globals';
import type { ImageLocation } from '../../../src/finding.ts';
import { leakRemedy } from '../../../src/scan/index.ts';

const image = { kind: 'image' } as const;
const layer = { ...image, place: 'layer', layer: 2, layers: 3 } as const;

function config(path: string, createdBy?: string): ImageLocation {
  return { ...image, place: 'config', path, ...(createdBy === undefined ? {} : { createdBy }) };
}

test.each<[string, ImageLocation, RegExp]>([
  ['a RUN', { ...layer, createdBy: 'RUN /bin/sh -c npm ci # buildkit' }, /secret mount, and write no file/],
  ['a COPY of the context', { ...layer, createdBy: 'COPY . . # buildkit' }, /\.dockerignore/],
  ['an ADD of the classic builder', { ...layer, createdBy: '/bin/sh -c #(nop) ADD file:1 in / ' }, /\.dockerignore/],
  ['a WORKDIR', { ...layer, createdBy: 'WORKDIR /x' }, /name of a folder/],
  ['a layer without history', layer, /secret mount/],
  ['ENV', config('/config/Env/1'), /by ENV; hand it over when the container runs/],
  ['a label', config('/config/Labels/note'), /out of the label/],
  ['ONBUILD', config('/config/OnBuild/0'), /ONBUILD: it would run in every build/],
  ['CMD', config('/config/Cmd/2'), /into CMD/],
  ['ENTRYPOINT', config('/config/Entrypoint/0'), /into ENTRYPOINT/],
  ['a health check', config('/config/Healthcheck/Test/1'), /into HEALTHCHECK/],
  ['a build argument', config('/history/3/created_by', 'RUN |1 A=*** /bin/sh -c x'), /which every RUN keeps/],
  ['history', config('/history/3/created_by', 'RUN /bin/sh -c x'), /write it in the Dockerfile/],
  ['provenance', { ...image, place: 'attestation' }, /--provenance=mode=min/],
  ['an annotation', { ...image, place: 'manifest' }, /annotations/],
  ['a blob that nobody needs', { ...image, place: 'blob' }, /nothing in the image needs this blob/],
  ['a cache export', { ...image, place: 'blob', artifact: 'cache' }, /cache export holds all stages/],
  ['an exported file', { ...image, place: 'archive', artifact: 'files' }, /files that the build exports/],
  ['the metadata file', { ...image, place: 'archive', artifact: 'metadata' }, /not as a build argument or label/],
])('%s', (_title, location, words) => {
  expect(leakRemedy('TOKEN', location)).toMatch(words);
  expect(leakRemedy('TOKEN', location)).toContain('TOKEN');
});

test('what came with the base image cannot be mended in the Dockerfile', () => {
  const location = { ...layer, createdBy: 'COPY . .', madeBy: 'base', base: 'example.com/base:1' } as const;
  expect(leakRemedy('TOKEN', location)).toBe(
    'Revoke TOKEN: it came with the base image example.com/base:1, and whoever can pull that has it. Then build on one without it.',
  );
});

test('a COPY from another stage has nothing to do with the context', () => {
  const remedy = leakRemedy('TOKEN', layer, { keyword: 'COPY', from: 'build' });
  expect(remedy).toContain('from build');
  expect(remedy).not.toContain('.dockerignore');
});

test('a host key is not handed over but made by every container', () => {
  for (const createdBy of ['COPY etc /etc/ssh # buildkit', 'RUN /bin/sh -c apt-get install openssh-server'])
    expect(leakRemedy('an SSH host key', { ...layer, createdBy })).toMatch(/^Delete the SSH host keys .*ssh-keygen -A/);
});
