import type { EntryRecord } from './entry-record.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { addImage, type LayerReference } from './image-node.ts';
import { asList, asObject, asText } from './json.ts';
import { names } from './json-names.ts';

/**
 * Walks `manifest.json`, which every `docker save` since Docker 1.10 writes: `[{Config, RepoTags, Layers}]`.
 *
 * Newer saves have an `index.json` too, whose walk knows more: images that it has found already are only checked.
 */
export function walkDockerManifest(builder: GraphBuilder, root: EntryRecord): void {
  builder.use(root, { role: 'index' });
  if (!Array.isArray(root.json)) builder.problem(root.path, 'it is no list of images');
  for (const value of asList(root.json)) {
    const image = asObject(value);
    builder.checkNames(root.path, image, names.saved);
    const configPath = asText(image?.Config);
    const layerPaths = asList(image?.Layers).map(asText);
    const config = configPath === undefined ? undefined : find(builder, configPath);
    const layers = layerPaths.map((path) => (path === undefined ? undefined : find(builder, path)));
    if (config === undefined) builder.problem(root.path, 'the config that it names is not there');
    const found = layers.flatMap((record): LayerReference[] =>
      record === undefined ? [] : [{ record, digest: record.digest, size: record.size, mediaType: '' }],
    );
    if (found.length !== layers.length) builder.problem(root.path, 'a layer that it names is not there');
    if (config !== undefined && !builder.isUsed(config)) {
      checkName(builder, config);
      addImage(builder, {}, config, found);
    }
  }
}

function find(builder: GraphBuilder, path: string): EntryRecord | undefined {
  return builder.entry(path.replace(/^(?:\.?\/)+/, ''));
}

/** Before Docker 25 a config's name was its digest. */
function checkName(builder: GraphBuilder, config: EntryRecord): void {
  const hex = /^([0-9a-f]{64})\.json$/.exec(config.path)?.[1];
  if (hex !== undefined && config.digest !== `sha256:${hex}`)
    builder.problem(config.path, 'its content does not have the digest that its name says');
}
