import { blobPath, type Descriptor } from './descriptor.ts';
import type { Catalog, EntryRecord, Problem } from './entry-record.ts';
import type { EntryUse, ImageGraph, ImageNode } from './graph.ts';
import type { JsonObject } from './json.ts';
import { hasOtherCase } from './json-names.ts';
import { resolveLink } from './links.ts';

/** Puts a graph together while the formats are walked. */
export class GraphBuilder {
  readonly catalog: Catalog;
  readonly images: ImageNode[] = [];
  readonly absentPlatforms = new Set<string>();
  readonly #uses = new Map<string, EntryUse[]>();
  readonly #problems = new Map<string, Problem>();
  attestations = 0;
  rootDigest: string | undefined;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** The entry at a path, links followed. */
  entry(path: string): EntryRecord | undefined {
    const target = resolveLink(this.catalog, path);
    return target === undefined ? undefined : this.catalog.get(target);
  }

  /** The blob, checked against its descriptor; undefined and a problem when it is not there. */
  blob(descriptor: Descriptor): EntryRecord | undefined {
    const record = this.entry(blobPath(descriptor.digest));
    if (record === undefined) this.problem(descriptor.digest, absence(descriptor));
    else if (record.size !== descriptor.size) this.problem(descriptor.digest, 'its size is not the one announced');
    return record;
  }

  use(record: EntryRecord, use: EntryUse): void {
    const uses = this.#uses.get(record.path);
    if (uses === undefined) this.#uses.set(record.path, [use]);
    else if (!uses.some((known) => isSame(known, use))) uses.push(use);
  }

  isUsed(record: EntryRecord): boolean {
    return this.#uses.has(record.path);
  }

  /** Whether something is in it that is no image, as in a build cache. */
  holdsArtifacts(): boolean {
    return [...this.#uses.values()].some((uses) => uses.some((use) => use.role === 'blob'));
  }

  problem(where: string, why: string): void {
    this.#problems.set(`${where}\n${why}`, { where, why });
  }

  /** An object whose names are read differently by different programs is a problem. */
  checkNames(where: string, object: JsonObject | undefined, known: readonly string[]): void {
    if (hasOtherCase(object, known))
      this.problem(where, 'a name in it has another letter case than the format says, and readers disagree about it');
  }

  build(): ImageGraph {
    return {
      images: this.images,
      uses: this.#uses,
      attestations: this.attestations,
      absentPlatforms: [...this.absentPlatforms],
      problems: [...this.#problems.values()],
      ...(this.rootDigest === undefined ? {} : { rootDigest: this.rootDigest }),
    };
  }
}

/** Layers that may not be copied stay where their publisher keeps them (OCI image-spec 1.1, layer.md, "Non-Distributable"). */
function absence({ mediaType }: Descriptor): string {
  return /\.foreign\.|\.nondistributable\./.test(mediaType)
    ? 'it is a foreign layer, which is kept elsewhere, so it was not searched'
    : 'the image refers to it, but it is not there';
}

function isSame(a: EntryUse, b: EntryUse): boolean {
  if (a.role !== b.role || a.platform !== b.platform) return false;
  return a.role !== 'layer' || b.role !== 'layer' || (a.position === b.position && a.image === b.image);
}
