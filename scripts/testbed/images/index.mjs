import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { engineFolder } from '../engine.mjs';
import { TestbedFailure } from '../failure.mjs';
import { hasImage } from '../find.mjs';
import { withLock } from '../lock.mjs';
import { run } from '../run.mjs';
import { alpine, nodeAlpine } from './alpine.mjs';
import { buildImage } from './build.mjs';
import { busybox } from './busybox.mjs';
import { composer } from './composer.mjs';
import { debian } from './debian.mjs';
import { distrolessStatic } from './distroless.mjs';
import { golang } from './go.mjs';
import { gradle } from './gradle.mjs';
import { javaRuntime, maven } from './java.mjs';
import { loadImages } from './load.mjs';
import { nginx } from './nginx.mjs';
import { node, nodeSlim } from './node.mjs';
import { php } from './php.mjs';
import { python } from './python.mjs';
import { ruby } from './ruby.mjs';
import { rust } from './rust.mjs';
import { buildpackScm } from './scm.mjs';

/** All base images that can be made here. */
export const recipes = [
  ...[busybox, debian, nodeSlim, node, nodeAlpine, alpine, python, buildpackScm],
  ...[distrolessStatic, golang, javaRuntime, maven, gradle, php, composer, ruby, rust, nginx],
];

/**
 * Makes sure that an engine has these base images.
 *
 * An engine of ours is given look-alikes made from Debian's packages; any other engine pulls the real ones, and its
 * images are not touched.
 *
 * @param {import('../engine.mjs').Engine} engine
 * @param {readonly string[]} tags e.g. `node:20-slim`
 */
export async function ensureImages(engine, tags) {
  if (!engine.ours) {
    for (const tag of tags) if (!(await hasImage(engine.env, tag))) throw cannotPull(tag);
    return;
  }
  const wanted = recipes.filter((recipe) => recipe.tags.some((tag) => tags.includes(tag)));
  const unknown = tags.filter((tag) => !wanted.some((recipe) => recipe.tags.includes(tag)));
  if (unknown.length > 0) throw new TestbedFailure(`No look-alike of ${unknown.join(', ')} (scripts/testbed/images)`);
  const images = [];
  for (const recipe of wanted) images.push(await buildImage(recipe));
  await withLock(`${engineFolder(engine.name)}.lock`, async () => {
    const missing = await notLoaded(engine, images);
    if (missing.length === 0) return;
    await loadImages(engine.env, missing);
    await recordLoaded(engine, missing);
  });
}

function cannotPull(tag) {
  return new TestbedFailure(`The engine in use has no image ${tag} and cannot pull it`, {
    hint: 'Pull it yourself, or set SAFEBUILD_TEST_ENGINE=private to run an engine with look-alike images (Debian, root).',
  });
}

/** Images that the engine lacks, under one of their names or in the version that the recipe now makes. */
async function notLoaded(engine, images) {
  const loaded = await readLoaded(engine);
  const { stdout } = await run('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'], { env: engine.env });
  const present = new Set(stdout.split('\n'));
  return images.filter(({ tags, manifest }) =>
    tags.some((tag) => !present.has(tag) || loaded[tag] !== manifest.digest),
  );
}

async function recordLoaded(engine, images) {
  const loaded = await readLoaded(engine);
  for (const { tags, manifest } of images) for (const tag of tags) loaded[tag] = manifest.digest;
  await writeFile(recordFile(engine), JSON.stringify(loaded, undefined, 1));
}

async function readLoaded(engine) {
  return JSON.parse(await readFile(recordFile(engine), 'utf8').catch(() => '{}'));
}

function recordFile(engine) {
  return join(engineFolder(engine.name), 'data', 'safebuild-images.json');
}
