import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../lock.mjs';
import { blobPath, imagesFolder, storeJson, storeLayer } from './store.mjs';

/**
 * How a base image is made.
 *
 * @typedef {object} Recipe
 * @property {string} name                         e.g. `node-slim`
 * @property {readonly string[]} tags              names in the engine; the first one is shown
 * @property {URL | string} source                 `import.meta.url` of the recipe: when its text changes, it is made anew
 * @property {string} [inputs]                     what else the result depends on
 * @property {string} [architecture]               Go's name, e.g. `arm64`; the machine's own by default
 * @property {Recipe} [base]                       the image whose layers lie below
 * @property {(layer: string, base: BuiltImage | undefined) => Promise<void>} fill
 *                                                 puts the files of its own layer into an empty folder
 * @property {object} config                       `config` of the OCI image: Env, Cmd, …
 * @property {readonly Recipe[]} [otherPlatforms]  same image for other processors
 *
 * @typedef {import('./store.mjs').Descriptor} Descriptor
 * @typedef {object} BuiltImage
 * @property {string} architecture
 * @property {readonly string[]} tags
 * @property {Descriptor} manifest
 * @property {Descriptor} config
 * @property {readonly (Descriptor & { diffId: string })[]} layers  lowest first
 * @property {readonly object[]} history
 * @property {readonly BuiltImage[]} otherPlatforms
 */

/**
 * Makes an image in the cache, or finds it there.
 *
 * @param {Recipe} recipe
 * @returns {Promise<BuiltImage>}
 */
export async function buildImage(recipe) {
  const record = join(imagesFolder(), `${recipe.name}-${await recipeDigest(recipe)}.json`);
  if (existsSync(record)) return JSON.parse(await readFile(record, 'utf8'));
  const base = recipe.base === undefined ? undefined : await buildImage(recipe.base);
  const otherPlatforms = await inTurn(recipe.otherPlatforms ?? [], buildImage);
  await mkdir(imagesFolder(), { recursive: true });
  return await withLock(join(imagesFolder(), `${recipe.name}.lock`), async () => {
    if (existsSync(record)) return JSON.parse(await readFile(record, 'utf8'));
    const image = { ...(await assemble(recipe, base)), otherPlatforms };
    await writeFile(`${record}.part`, JSON.stringify(image, undefined, 1));
    await rename(`${record}.part`, record);
    return image;
  });
}

async function assemble(recipe, base) {
  const layer = await ownLayer(recipe, base);
  const layers = [...(base?.layers ?? []), layer];
  const created = '2024-01-01T00:00:00Z';
  const made = { created, created_by: `safebuild-testbed ${recipe.name} # look-alike of ${recipe.tags[0]}` };
  const command = { created, created_by: `CMD ${JSON.stringify(recipe.config.Cmd)}`, empty_layer: true };
  const history = [...(base?.history ?? []), made, command];
  const architecture = recipe.architecture ?? { x64: 'amd64' }[process.arch] ?? process.arch;
  const config = await storeJson('application/vnd.oci.image.config.v1+json', {
    created,
    architecture,
    os: 'linux',
    config: recipe.config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history,
  });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = await storeJson(mediaType, {
    schemaVersion: 2,
    mediaType,
    config,
    layers: layers.map(({ diffId, ...descriptor }) => descriptor),
  });
  return { architecture, tags: recipe.tags, manifest, config, layers, history };
}

async function ownLayer(recipe, base) {
  const folder = await mkdtemp(join(imagesFolder(), '.part-'));
  try {
    const root = join(folder, 'root');
    await mkdir(root, { mode: 0o755 });
    await recipe.fill(root, base);
    return await storeLayer(root);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function recipeDigest({ source, inputs = '', base, otherPlatforms = [] }) {
  const hash = createHash('sha256').update(inputs);
  const texts = [source, new URL('rootfs.mjs', import.meta.url), import.meta.url];
  for (const text of texts) hash.update(await readFile(new URL(text)));
  for (const below of [...(base === undefined ? [] : [base]), ...otherPlatforms])
    hash.update(await recipeDigest(below));
  return hash.digest('hex').slice(0, 16);
}

/** Blobs of an image for all its platforms, each once. */
export function blobsOf(image) {
  const own = [image.manifest, image.config, ...image.layers].map(({ digest }) => blobPath(digest));
  return [...new Set([...own, ...image.otherPlatforms.flatMap(blobsOf)])];
}

async function inTurn(items, action) {
  const results = [];
  for (const item of items) results.push(await action(item));
  return results;
}
