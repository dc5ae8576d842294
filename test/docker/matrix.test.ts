import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { docker } from '../helpers/docker.ts';
import { bothStores } from '../helpers/engine.ts';
import { withService } from '../helpers/services.ts';
import { startRegistry } from '../helpers/testbed.ts';
import { Builds } from './rig/matrix/built.ts';
import type { Case, Expected } from './rig/matrix/case.ts';
import { handMade } from './rig/matrix/hand-made.ts';
import { formOf, isFound, type JsonReport, mistakes } from './rig/matrix/judge.ts';
import { bytesBelow, grep, unpacked } from './rig/matrix/naive.ts';
import { platformImage } from './rig/matrix/other-images.ts';
import { matrixProject, writeFiles } from './rig/matrix/project.ts';
import { type Row, tableOf } from './rig/matrix/table.ts';
import { twinsOf } from './rig/matrix/twins.ts';

// Where, and in which form, a value can lie in an image: each case plants one of its own, docker builds, `safebuild verify`
// must name every one of them, at its place, and nothing else. mechanisms.test.ts is about how values get in.

const project = matrixProject();
const platforms = platformImage();
const made = handMade();
const rows: Row[] = [];
let builds: Builds;

beforeAll(async () => {
  builds = new Builds(await mkdtemp(join(tmpdir(), 'safebuild-matrix-')));
  await builds.writeProject(project);
  await Promise.all(bothStores.map(async (store) => builds.buildImage(await builds.engine(store))));
});

afterAll(async () => {
  await builds.removeImages();
  await rm(builds.folder, { recursive: true, force: true });
});

test.each(bothStores)('%s: every value in an image of the engine is found, and nothing else', async (store) => {
  const engine = await builds.engine(store);
  expect(mistakes(await builds.verify('matrix-leaky', project.cases, engine), project.cases)).toEqual([]);
});

test.each(bothStores)('%s: every value in a saved image is found, and nothing else', async (store) => {
  const engine = await builds.engine(store);
  const tar = builds.at(`${store}.tar`);
  await docker(engine, ['save', '--output', tar, 'matrix-leaky']);
  const report = await builds.verify(`./${store}.tar`, project.cases);
  if (store === 'containerd') record(report, project.cases, tar);
  expect(mistakes(report, project.cases)).toEqual([]);
});

test('every value in an OCI layout is found, as a folder, and as a tar with layers in zstd', async () => {
  const engine = await builds.engine('containerd');
  for (const [dest, options] of [
    ['layout', 'tar=false'],
    ['layout.tar', 'compression=zstd,force-compression=true'],
  ] as const) {
    await builds.build(engine, ['--provenance=false', `--output=type=oci,dest=${dest},${options}`, 'context']);
    expect([dest, mistakes(await builds.verify(`./${dest}`, project.cases), project.cases)]).toEqual([dest, []]);
  }
});

test('every value in an image of a registry is found, and nothing else', async () => {
  const engine = await builds.engine('containerd');
  await withService(startRegistry, async (registry) => {
    const name = `${registry.host}/matrix:1`;
    await builds.build(engine, ['--provenance=false', `--output=type=image,name=${name},push=true`, 'context']);
    const report = await builds.verify(`docker://${name}`, project.cases, engine);
    await docker(engine, ['image', 'rm', '--force', name]);
    expect(mistakes(report, project.cases)).toEqual([]);
  });
});

test('every value in the files that -o local and -o tar write is found, and nothing else', async () => {
  const engine = await builds.engine('containerd');
  const exported = project.cases.flatMap(asFile);
  for (const output of ['type=local,dest=files', 'type=tar,dest=files.tar']) {
    await builds.build(engine, ['--provenance=false', `--output=${output}`, 'context']);
    const report = await builds.verify(`./${output.split('dest=')[1]}`, project.cases);
    expect([output, mistakes(report, exported)]).toEqual([output, []]);
  }
});

test('every value in an index of two platforms, its attestations, and a cache is found', async () => {
  const engine = await builds.engine('containerd');
  await writeFiles(builds.at('platforms'), platforms.files);
  const output = 'type=oci,tar=false,dest=index,compression=zstd,force-compression=true';
  const cache = '--cache-to=type=local,mode=max,dest=cache';
  await builds.build(engine, [...platforms.flags, `--output=${output}`, cache, 'platforms']);
  const all = [...new Map([...platforms.cases, ...platforms.cached].map((each) => [each.name, each])).values()];
  const [index, cached] = [await builds.verify('./index', all), await builds.verify('./cache', all)];
  record(index, platforms.cases, builds.at('index'));
  record(cached, platforms.cached.slice(0, 1), builds.at('cache'));
  expect(mistakes(index, platforms.cases)).toEqual([]);
  expect(mistakes(cached, platforms.cached)).toEqual([]);
});

test('every value in an image that no builder would write is found', async () => {
  await writeFiles(builds.at('hand-made'), made.files);
  const report = await builds.verify('./hand-made', made.cases);
  record(report, made.cases, builds.at('hand-made'));
  // bytes behind the end of a tar that are no tar are searched, and said to be not understood
  expect(mistakes(report, made.cases)).toEqual([
    expect.stringMatching(/^incomplete: .*a block of the tar is no header$/),
  ]);
});

test('without any declared value, secrets are known by their form', async () => {
  const engine = await builds.engine('containerd');
  const undeclared = project.cases.filter(({ name }) => name === undefined);
  const report = await builds.verify('matrix-leaky', undeclared, engine);
  // among the declared ones are private keys and logins, which are told too
  expect(mistakes(report, undeclared).filter((mistake) => !mistake.startsWith('nobody planted'))).toEqual([]);
});

test('a common word that is the value of two names is searched for under both of them', async () => {
  const names = ['DATABASE_ADMIN_PASSWORD', 'DATABASE_BACKUP_PASSWORD'];
  const cases = names.map(
    (name): Case => ({
      group: 'weak value',
      title: name,
      name,
      value: 'postgres',
      lies: 'app.ini',
      expected: [{ place: 'archive', path: 'app.ini', form: 'assignment' }],
    }),
  );
  await writeFiles(builds.at('weak'), new Map([['app.ini', names.map((name) => `${name}=postgres\n`).join('')]]));
  expect(mistakes(await builds.verify('./weak', cases), cases)).toEqual([]);
});

test.each(bothStores)('%s: nothing is found in an image of what only looks like the values', async (store) => {
  const engine = await builds.engine(store);
  const key = project.cases.find(({ title }) => title === 'a private key')?.value ?? '';
  await builds.buildTwins(engine, twinsOf(project.cases, key));
  const report = await builds.verify('matrix-clean', project.cases, engine);
  expect([report.verdict, report.leaks]).toEqual(['clean', []]);
  // a private key that nobody has published is worth a look wherever it lies, and fails nothing in a package's tests
  expect(report.warnings?.map(({ rule, location }) => [rule, location.path])).toEqual([
    ['detected:private-key', 'twins/app/node_modules/tls/test/key.pem'],
  ]);
});

/** The case in the files of the last layer; nothing when it is not among them. */
function asFile(each: Case): Case[] {
  const inFiles = each.expected.filter(({ place, visible }) => place === 'layer' && visible !== false);
  const [first, ...more] = inFiles.map(
    ({ path, form }): Expected => ({
      place: 'archive',
      // a value in a name is told without the name
      ...(typeof path !== 'string' || path === 'links/link' ? {} : { path }),
      ...(form === undefined ? {} : { form }),
    }),
  );
  return first === undefined || inFiles[0]?.path === undefined ? [] : [{ ...each, expected: [first, ...more] }];
}

function record(report: JsonReport, cases: readonly Case[], path: string): void {
  const [stored, layers] = [bytesBelow(path), unpacked(path)];
  const by = (haystack: readonly Buffer[], { name, value }: Case): boolean | undefined =>
    name === undefined ? undefined : grep(value, haystack);
  for (const each of cases) {
    const found = isFound(report, each);
    rows.push({ each, form: formOf(report, each), found, stored: by(stored, each), unpacked: by(layers, each) });
  }
}

// The table for the documentation: LEAK_MATRIX=1 npm run test:docker -- test/docker/matrix.test.ts
afterAll(async () => {
  const all = project.cases.length + platforms.cases.length + 1 + made.cases.length;
  // what a failed test could not look at would be missing
  if (process.env.LEAK_MATRIX === undefined || rows.length !== all) return;
  await writeFile(new URL('../../docs/leak-matrix.md', import.meta.url), tableOf(rows));
});
