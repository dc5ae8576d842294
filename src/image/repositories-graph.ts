import { platformOf } from './descriptor.ts';
import type { EntryRecord } from './entry-record.ts';
import type { ImageNode, LayerNode } from './graph.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { asList, asObject, asText, type JsonObject } from './json.ts';

/** One image of the first format: a layer, its config, and the image that it stands on. */
interface FirstImage {
  id: string;
  config: EntryRecord;
  content: JsonObject;
  layer: EntryRecord | undefined;
}

/**
 * Walks what `docker save` wrote before Docker 1.10: a folder `ID/` with `VERSION`, `json` and `layer.tar` for each layer, and
 * `repositories`, `{NAME: {TAG: ID}}`, when it was saved by name.
 *
 * The images are those that no other one stands on, and those that `repositories` names. Nothing in this format has a digest,
 * so only what is missing can be said. Format: moby, image/spec/v1.md.
 */
export function walkFirstFormat(builder: GraphBuilder): void {
  const images = new Map<string, FirstImage>();
  for (const record of builder.catalog.values()) {
    const id = /^([^/]+)\/json$/.exec(record.path)?.[1];
    if (id !== undefined) images.set(id, read(builder, id, record));
  }
  const parents = new Set([...images.values()].map(({ content }) => asText(content.parent)));
  const tips = new Set([...images.keys()].filter((id) => !parents.has(id)));
  for (const id of named(builder)) {
    if (images.has(id)) tips.add(id);
    else builder.problem('repositories', 'an image that it names is not there');
  }
  if (tips.size === 0 && images.size > 0) builder.problem('', 'its images stand on each other in a circle');
  for (const tip of tips) addChain(builder, images, tip);
}

function read(builder: GraphBuilder, id: string, record: EntryRecord): FirstImage {
  const content = asObject(record.json);
  if (content === undefined) builder.problem(record.path, 'the image config is no JSON object');
  const layer = builder.entry(`${id}/layer.tar`);
  if (layer === undefined) builder.problem(record.path, 'its layer is not there');
  return { id, config: record, content: content ?? {}, layer };
}

/** Ids in `repositories`, whether they are there or not. */
function named(builder: GraphBuilder): string[] {
  const root = builder.entry('repositories');
  if (root === undefined) return [];
  builder.use(root, { role: 'index' });
  const names = asObject(root.json);
  if (names === undefined) builder.problem(root.path, 'it is no list of images');
  return Object.values(names ?? {}).flatMap((tags) =>
    Object.values(asObject(tags) ?? {}).flatMap((id) => asText(id) ?? []),
  );
}

function addChain(builder: GraphBuilder, images: ReadonlyMap<string, FirstImage>, tip: string): void {
  const chain: FirstImage[] = [];
  const seen = new Set<string>();
  for (let id: string | undefined = tip; id !== undefined; id = asText(images.get(id)?.content.parent)) {
    const image = images.get(id);
    if (image === undefined || seen.has(id)) {
      builder.problem(
        `${tip}/json`,
        image === undefined ? 'an image that it stands on is not there' : 'it stands on itself',
      );
      break;
    }
    seen.add(id);
    chain.unshift(image);
  }
  const last = chain.at(-1);
  if (last === undefined) return;
  const platform = platformOf(last.content);
  const shared = platform === undefined ? {} : { platform };
  const image: ImageNode = {
    ...shared,
    configDigest: last.config.digest,
    history: chain.map(createdBy),
    layers: chain.flatMap((one): LayerNode[] => {
      const made = createdBy(one);
      if (one.layer === undefined) return [];
      const { path, digest, size } = one.layer;
      return [{ entry: path, digest, size, mediaType: '', ...(made === undefined ? {} : { createdBy: made }) }];
    }),
  };
  builder.images.push(image);
  for (const { config } of chain) builder.use(config, { role: 'config', ...shared, image });
  chain
    .flatMap(({ layer }) => layer ?? [])
    .forEach((layer, index) => {
      builder.use(layer, { role: 'layer', ...shared, image, position: index + 1 });
      if (layer.containers.at(-1) !== 'tar' && layer.size > 0)
        builder.problem(layer.path, 'the layer is no tar in a compression that is known');
    });
}

/** The command that made a layer, as later histories have it. */
function createdBy({ content }: FirstImage): string | undefined {
  const command = asList(asObject(content.container_config)?.Cmd).flatMap((word) => asText(word) ?? []);
  return command.length === 0 ? undefined : command.join(' ');
}
