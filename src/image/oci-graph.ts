import { blobPath, type Descriptor, readDescriptor, subjectOf } from './descriptor.ts';
import type { EntryRecord } from './entry-record.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { addImage, type LayerReference } from './image-node.ts';
import { asList, asObject, type JsonObject } from './json.ts';
import { names } from './json-names.ts';
import { matchesPlatform } from './platform.ts';

/** An index of indexes of indexes; BuildKit writes two levels. */
const maxDepth = 8;

/**
 * Walks an OCI layout from its `index.json`: nested indexes, manifests, configs, layers, attestations.
 *
 * `onlyPlatform`: what other platforms lack is expected. Everything else that is referenced and not there is a problem.
 * Formats: OCI image-spec 1.1, image-index.md and manifest.md; Docker distribution schema 2.
 */
export function walkLayout(builder: GraphBuilder, root: EntryRecord, onlyPlatform: string | undefined): void {
  const index = asObject(root.json);
  builder.checkNames(root.path, index, names.manifest);
  if (index === undefined || !Array.isArray(index.manifests)) {
    builder.problem(root.path, 'it is no image index');
    return;
  }
  const roots = new Set(asList(index.manifests).map((child) => readDescriptor(child)?.digest));
  const [only] = roots;
  if (roots.size === 1 && only !== undefined) builder.rootDigest = only;
  new LayoutWalk(builder, onlyPlatform).index(root, index, 0);
}

class LayoutWalk {
  readonly #builder: GraphBuilder;
  readonly #onlyPlatform: string | undefined;
  readonly #seen = new Set<string>();
  /** By digest of the manifest. */
  readonly #platforms = new Map<string, string>();

  constructor(builder: GraphBuilder, onlyPlatform: string | undefined) {
    this.#builder = builder;
    this.#onlyPlatform = onlyPlatform;
  }

  index(record: EntryRecord, index: JsonObject, depth: number): void {
    this.#builder.use(record, { role: 'index' });
    const children = this.#descriptors(record, index.manifests);
    for (const { digest, platform } of children) if (platform !== undefined) this.#platforms.set(digest, platform);
    for (const child of children) {
      // an attestation belongs to the platform of the manifest that it is about
      const subject = subjectOf(child);
      const platform = subject === undefined ? child.platform : this.#platforms.get(subject);
      this.#child(child, platform, depth);
    }
  }

  #child(child: Descriptor, platform: string | undefined, depth: number): void {
    if (this.#builder.entry(blobPath(child.digest)) === undefined && platform !== undefined) {
      this.#absent(platform, child.digest);
      return;
    }
    const record = this.#builder.blob(child);
    if (record === undefined || this.#seen.has(`${record.path} ${platform}`)) return;
    this.#seen.add(`${record.path} ${platform}`);
    const content = asObject(record.json);
    this.#builder.checkNames(child.digest, content, names.manifest);
    this.#checkKind(child, content);
    if (content === undefined) this.#other(record, child);
    else if (Array.isArray(content.manifests)) {
      if (depth < maxDepth) this.index(record, content, depth + 1);
      else this.#builder.problem(child.digest, 'the image indexes are nested too deeply');
    } else if (content.schemaVersion !== undefined || content.config !== undefined || content.blobs !== undefined)
      this.#manifest(record, content, child, platform);
    else this.#other(record, child);
  }

  /** Clients go by the announced type or by the content, and a document may fit both (CVE-2021-41190). */
  #checkKind({ digest, mediaType }: Descriptor, content: JsonObject | undefined): void {
    const isIndex = content?.manifests !== undefined;
    const isManifest = content?.layers !== undefined || content?.config !== undefined;
    const announced = /\.image\.index\.|\.manifest\.list\./.test(mediaType);
    const asManifest = /\.image\.manifest\.|\.distribution\.manifest\.v2/.test(mediaType);
    if (isIndex && (isManifest || asManifest))
      this.#builder.problem(digest, 'it can be read as an image index and as a manifest');
    else if (isManifest && announced)
      this.#builder.problem(digest, 'it is announced as an image index, and is a manifest');
  }

  #useBlob(descriptor: Descriptor): void {
    const record = this.#builder.blob(descriptor);
    if (record !== undefined) this.#other(record, descriptor);
  }

  /** A cache export (also one whose index names the layers directly) and other artifacts: searched, and no image. */
  #other(record: EntryRecord, child: Descriptor): void {
    this.#builder.use(record, { role: 'blob' });
    if (/manifest|index/.test(child.mediaType))
      this.#builder.problem(child.digest, 'it is announced as a manifest, but cannot be read as one');
    if (/\.layer\.|\.rootfs\./.test(child.mediaType) && record.containers.at(-1) !== 'tar' && record.size > 0)
      this.#builder.problem(child.digest, 'the layer is no tar in a compression that is known');
  }

  #absent(platform: string, digest: string): void {
    this.#builder.absentPlatforms.add(platform);
    if (!this.#isLeftOut(platform))
      this.#builder.problem(digest, `the image index names it for ${platform}, but it is not there`);
  }

  #manifest(record: EntryRecord, manifest: JsonObject, child: Descriptor, platform: string | undefined): void {
    this.#builder.checkNames(record.path, asObject(manifest.config), names.descriptor);
    const config = readDescriptor(manifest.config);
    const layers = this.#descriptors(record, manifest.layers ?? manifest.blobs ?? []);
    if (isAttestation(manifest, child) || (layers.length > 0 && layers.every(isDocument))) {
      this.#attestation(record, config, layers, platform);
      return;
    }
    if (config === undefined) {
      this.#builder.problem(child.digest, 'the manifest names no config');
      return;
    }
    const references = [config, ...layers];
    if (
      this.#isLeftOut(platform) &&
      references.some((one) => this.#builder.entry(blobPath(one.digest)) === undefined)
    ) {
      this.#builder.absentPlatforms.add(platform!);
      this.#builder.use(record, { role: 'manifest', platform: platform! });
      return;
    }
    if (!isImageConfig(config)) {
      this.#builder.use(record, { role: 'manifest' });
      for (const reference of references) this.#useBlob(reference);
      return;
    }
    const [configRecord, ...layerRecords] = references.map((reference) => this.#builder.blob(reference));
    const found = layers.flatMap((layer, index): LayerReference[] => {
      const entry = layerRecords[index];
      return entry === undefined ? [] : [{ record: entry, ...layer }];
    });
    const fields = { ...(platform === undefined ? {} : { platform }), digest: child.digest };
    if (configRecord !== undefined) addImage(this.#builder, fields, configRecord, found);
    const known = this.#builder.images.at(-1)?.platform ?? platform;
    this.#builder.use(record, { role: 'manifest', ...(known === undefined ? {} : { platform: known }) });
  }

  #attestation(
    record: EntryRecord,
    config: Descriptor | undefined,
    layers: readonly Descriptor[],
    platform: string | undefined,
  ): void {
    this.#builder.attestations++;
    const use = { role: 'attestation', ...(platform === undefined ? {} : { platform }) } as const;
    this.#builder.use(record, use);
    for (const descriptor of config === undefined ? layers : [config, ...layers]) {
      if (this.#isLeftOut(platform) && this.#builder.entry(blobPath(descriptor.digest)) === undefined) continue;
      const blob = this.#builder.blob(descriptor);
      if (blob !== undefined) this.#builder.use(blob, use);
    }
  }

  #isLeftOut(platform: string | undefined): boolean {
    return this.#onlyPlatform !== undefined && platform !== undefined && !matchesPlatform(platform, this.#onlyPlatform);
  }

  #descriptors(record: EntryRecord, list: unknown): Descriptor[] {
    return asList(list).flatMap((value) => {
      const object = asObject(value);
      this.#builder.checkNames(record.path, object, names.descriptor);
      this.#builder.checkNames(record.path, asObject(object?.platform), names.platform);
      const descriptor = readDescriptor(value);
      if (descriptor === undefined) this.#builder.problem(record.path, 'a reference in it cannot be read');
      return descriptor ?? [];
    });
  }
}

/** BuildKit's cache has a config of its own; hand-made layouts often name no media type. */
function isImageConfig({ mediaType }: Descriptor): boolean {
  return mediaType === '' || /^application\/vnd\.(?:oci\.image\.config|docker\.container\.image)\./.test(mediaType);
}

/** No layer in any compression: cosign writes its signatures and attestations as images of JSON documents. */
function isDocument({ mediaType }: Descriptor): boolean {
  return /[/+]json$/.test(mediaType);
}

/**
 * BuildKit attaches attestations as an image manifest of platform `unknown/unknown` with an annotation, or (with
 * `oci-artifact=true`) as an artifact manifest with a subject; signatures have the second shape too.
 */
function isAttestation(manifest: JsonObject, child: Descriptor): boolean {
  return (
    child.annotations['vnd.docker.reference.type'] === 'attestation-manifest' ||
    manifest.artifactType !== undefined ||
    manifest.subject !== undefined ||
    manifest.blobs !== undefined
  );
}
