import type { Catalog } from './entry-record.ts';
import type { ImageGraph } from './graph.ts';
import { GraphBuilder } from './graph-builder.ts';
import { walkDockerManifest } from './legacy-graph.ts';
import { walkLayout } from './oci-graph.ts';
import { matchesPlatform } from './platform.ts';
import { walkFirstFormat } from './repositories-graph.ts';

/**
 * Finds out how the entries of a source hang together, and everything that is missing or not what its name says.
 *
 * A source in which no image can be found is a problem too. `onlyPlatform` as in `docker build --platform`: other platforms
 * may be absent.
 */
export function describeImage(catalog: Catalog, onlyPlatform?: string): ImageGraph {
  const builder = new GraphBuilder(catalog);
  checkNames(builder, catalog);
  const index = builder.entry('index.json');
  const manifest = builder.entry('manifest.json');
  if (index !== undefined) walkLayout(builder, index, onlyPlatform);
  if (manifest !== undefined) walkDockerManifest(builder, manifest);
  // newer saves have these files too, and a manifest.json that says more
  if (index === undefined && manifest === undefined) walkFirstFormat(builder);
  if (index === undefined && manifest === undefined && builder.images.length === 0)
    builder.problem('', 'there is no image in it: neither index.json nor manifest.json');
  else if (builder.images.length === 0 && builder.attestations === 0 && !builder.holdsArtifacts())
    builder.problem('', 'there is no image in it');
  else if (
    onlyPlatform !== undefined &&
    !builder.images.some((image) => image.platform === undefined || matchesPlatform(image.platform, onlyPlatform))
  )
    builder.problem('', `there is no image for ${onlyPlatform} in it`);
  return builder.build();
}

/** Every blob must have the digest that its name says, whether or not anything refers to it. */
function checkNames(builder: GraphBuilder, catalog: Catalog): void {
  for (const record of catalog.values()) {
    const [, algorithm, hex] = /^blobs\/([^/]+)\/([^/]+)$/.exec(record.path) ?? [];
    if (algorithm === undefined || record.link !== undefined) continue;
    if (record.named === undefined) builder.problem(record.path, 'its digest algorithm is not known');
    else if (record.named !== `${algorithm}:${hex}`)
      builder.problem(record.path, 'its content does not have the digest that its name says');
  }
}
