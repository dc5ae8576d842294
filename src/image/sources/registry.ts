import { SafebuildError } from '../../errors.ts';
import type { RemoteImage, RemoteManifest } from '../../registry/index.ts';
import { blobPath, type Descriptor, hasDigest, readDescriptor, subjectAnnotation, subjectOf } from '../descriptor.ts';
import { asList, asObject, type JsonObject } from '../json.ts';
import { matchesPlatform } from '../platform.ts';
import type { ImageEntry, ImageSource, SourceObserver } from '../source.ts';

/** Indexes within indexes, as deep as the graph follows them. */
const maxDepth = 8;

/** A hostile registry could go on naming manifests for ever. */
const maxManifests = 10_000;

/**
 * An image in a registry, as the OCI layout that a copy of it would be: all platforms, what is attached to them (attestations,
 * signatures), and an `index.json` that names the roots. Nothing is written to disk.
 *
 * With `onlyPlatform` other platforms are not fetched. What the registry does not have is left out, as from a layout that
 * lacks it; what cannot be fetched is a problem. The digests of entries are compared by whoever reads them; a manifest that is
 * not what its digest says is handed on all the same, and not followed.
 */
export function registrySource(image: RemoteImage, onlyPlatform?: string): ImageSource {
  return {
    name: image.name,
    holds: 'image',
    entries: (observer) => new Pull(image, onlyPlatform, observer).entries(),
    close: () => image.close(),
  };
}

class Pull {
  readonly #image: RemoteImage;
  readonly #onlyPlatform: string | undefined;
  readonly #observer: SourceObserver;
  readonly #manifests = new Set<string>();
  /** By digest, in the order met. */
  readonly #blobs = new Map<string, Descriptor>();
  /** Digests of what something may be attached to: the root, and the manifests of images. */
  readonly #subjects: Set<string>;
  readonly #roots: object[] = [];

  constructor(image: RemoteImage, onlyPlatform: string | undefined, observer: SourceObserver) {
    this.#image = image;
    this.#onlyPlatform = onlyPlatform;
    this.#observer = observer;
    this.#subjects = new Set([image.rootDigest]);
  }

  async *entries(): AsyncGenerator<ImageEntry> {
    const { root, rootDigest } = this.#image;
    this.#roots.push(descriptorOf(root, rootDigest));
    yield* this.#manifest(root, rootDigest, 0);
    for (const subject of this.#subjects) yield* this.#attachments(subject);
    for (const descriptor of this.#blobs.values()) yield* this.#blob(descriptor);
    yield inMemory('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: this.#roots })));
  }

  /** `depth` counts indexes; undefined for what is attached to something, of which attachments are not looked for. */
  async *#manifest(manifest: RemoteManifest, digest: string, depth: number | undefined): AsyncGenerator<ImageEntry> {
    this.#manifests.add(digest);
    yield inMemory(blobPath(digest), manifest.bytes);
    const content = hasDigest(manifest.bytes, digest) ? parse(manifest.bytes) : undefined;
    if (content === undefined) return;
    if (Array.isArray(content.manifests)) yield* this.#index(content, depth);
    else {
      for (const value of [content.config, ...asList(content.layers), ...asList(content.blobs)]) {
        const descriptor = readDescriptor(value);
        if (descriptor !== undefined && !this.#blobs.has(descriptor.digest))
          this.#blobs.set(descriptor.digest, descriptor);
      }
    }
  }

  async *#index(content: JsonObject, depth: number | undefined): AsyncGenerator<ImageEntry> {
    // the graph says so
    if (depth !== undefined && depth >= maxDepth) return;
    const children = asList(content.manifests).flatMap((value) => readDescriptor(value) ?? []);
    const platforms = new Map(children.map((child) => [child.digest, child.platform]));
    for (const child of children) {
      const subject = subjectOf(child);
      if (this.#isLeftOut(platforms.get(subject ?? child.digest))) continue;
      if (depth !== undefined && subject === undefined && isManifest(child)) this.#subjects.add(child.digest);
      yield* this.#child(child, depth === undefined ? undefined : depth + 1);
    }
  }

  async *#child(child: Descriptor, depth: number | undefined): AsyncGenerator<ImageEntry> {
    if (!isManifest(child)) this.#blobs.set(child.digest, child);
    else if (this.#manifests.size >= maxManifests)
      this.#observer.problem(this.#image.name, 'it names more manifests than the limit allows');
    else if (!this.#manifests.has(child.digest)) {
      const manifest = await this.#fetch(child.digest, () => this.#image.manifest(child.digest));
      if (manifest !== undefined) yield* this.#manifest(manifest, child.digest, depth);
    }
  }

  async *#attachments(subject: string): AsyncGenerator<ImageEntry> {
    const attachments = await this.#fetch(subject, () => this.#image.attachments(subject));
    const children: Descriptor[] = [];
    for (const [page, bytes] of (attachments?.referrers ?? []).entries()) {
      yield inMemory(`referrers/${subject.replace(':', '-')}-${page + 1}.json`, bytes);
      children.push(...asList(parse(bytes)?.manifests).flatMap((value) => readDescriptor(value) ?? []));
    }
    for (const child of children) {
      this.#roots.push(attachedTo(subject, child));
      yield* this.#child(child, undefined);
    }
    for (const { digest, ...manifest } of attachments?.tagged ?? []) {
      this.#roots.push(attachedTo(subject, descriptorOf(manifest, digest)));
      if (!this.#manifests.has(digest)) yield* this.#manifest(manifest, digest, undefined);
    }
  }

  async *#blob({ digest, size }: Descriptor): AsyncGenerator<ImageEntry> {
    const body = await this.#fetch(digest, () => this.#image.blob(digest, size));
    if (body !== undefined) yield { path: blobPath(digest), size, body: this.#body(digest, body) };
  }

  async *#body(digest: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (error) {
      this.#observer.problem(digest, whyOf(error));
    }
  }

  async #fetch<T>(where: string, fetch: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await fetch();
    } catch (error) {
      this.#observer.problem(where, whyOf(error));
      return undefined;
    }
  }

  #isLeftOut(platform: string | undefined): boolean {
    if (this.#onlyPlatform === undefined || platform === undefined || platform.startsWith('unknown/')) return false;
    return !matchesPlatform(platform, this.#onlyPlatform);
  }
}

/** Other errors may quote what came over the wire. */
function whyOf(error: unknown): string {
  return error instanceof SafebuildError ? error.message : 'the registry could not be read';
}

/** An old cache export is an index that lists its layers as if they were manifests; hand-made ones name no type. */
function isManifest({ mediaType }: Descriptor): boolean {
  return mediaType === '' || /manifest|index/.test(mediaType);
}

function descriptorOf({ bytes, mediaType }: RemoteManifest, digest: string): Descriptor {
  return { mediaType: String(parse(bytes)?.mediaType ?? mediaType), digest, size: bytes.length, annotations: {} };
}

/** In BuildKit's words for an attestation, which say whose it is. */
function attachedTo(subject: string, { mediaType, digest, size }: Descriptor): object {
  const annotations = { 'vnd.docker.reference.type': 'attestation-manifest', [subjectAnnotation]: subject };
  return { mediaType, digest, size, annotations };
}

function parse(bytes: Uint8Array): JsonObject | undefined {
  try {
    return asObject(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}

function inMemory(path: string, bytes: Uint8Array): ImageEntry {
  return { path, size: bytes.length, body: once(bytes) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
