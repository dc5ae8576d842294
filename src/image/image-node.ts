import { platformOf } from './descriptor.ts';
import type { EntryRecord } from './entry-record.ts';
import type { ImageNode, LayerNode } from './graph.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { asList, asObject, asText } from './json.ts';
import { names } from './json-names.ts';

/** A layer as its manifest names it, before the config is joined to it. */
export interface LayerReference {
  record: EntryRecord;
  digest: string;
  size: number;
  mediaType: string;
}

/** Joins a config and its layers, checks them against each other, and notes what the entries are used as. */
export function addImage(
  builder: GraphBuilder,
  fields: { platform?: string; digest?: string },
  config: EntryRecord,
  layers: readonly LayerReference[],
): void {
  const content = asObject(config.json);
  if (content === undefined) builder.problem(config.path, 'the image config is no JSON object');
  builder.checkNames(config.path, content, names.config);
  builder.checkNames(config.path, asObject(content?.rootfs), names.rootfs);
  const platform = fields.platform ?? platformOf(content);
  const diffIds = asList(asObject(content?.rootfs)?.diff_ids).map(asText);
  const history = asList(content?.history).map(asObject);
  const creators = history.filter((entry) => entry?.empty_layer !== true).map((entry) => asText(entry?.created_by));
  if (content !== undefined && diffIds.length !== layers.length)
    builder.problem(config.path, 'the image config names another number of layers than the manifest');
  const image: ImageNode = {
    ...(platform === undefined ? {} : { platform }),
    ...(fields.digest === undefined ? {} : { digest: fields.digest }),
    configDigest: config.digest,
    history: history.map((entry) => asText(entry?.created_by)),
    layers: layers.map(({ record, digest, size, mediaType }, index): LayerNode => {
      const diffId = diffIds[index];
      const createdBy = creators.length === layers.length ? creators[index] : undefined;
      return {
        entry: record.path,
        digest,
        size,
        mediaType,
        ...(diffId === undefined ? {} : { diffId }),
        ...(createdBy === undefined ? {} : { createdBy }),
      };
    }),
  };
  builder.images.push(image);
  const shared = platform === undefined ? {} : { platform };
  builder.use(config, { role: 'config', ...shared, image });
  layers.forEach(({ record }, index) => {
    builder.use(record, { role: 'layer', ...shared, image, position: index + 1 });
    checkLayer(builder, record, diffIds[index]);
  });
}

function checkLayer(builder: GraphBuilder, record: EntryRecord, diffId: string | undefined): void {
  const { containers } = record;
  if (containers.at(-1) !== 'tar' && record.size > 0)
    builder.problem(record.path, 'the layer is no tar in a compression that is known');
  else if (diffId?.startsWith('sha256:') && record.tarDigest !== undefined && diffId !== record.tarDigest)
    builder.problem(record.path, 'the layer is not the one that the image config names');
}
