import type { JsonObject } from './json.ts';

/** Names by which an image hangs together. OCI image-spec 1.1: manifest.md, image-index.md, descriptor.md, config.md. */
export const names = {
  manifest: ['schemaVersion', 'mediaType', 'artifactType', 'manifests', 'config', 'layers', 'blobs', 'subject'],
  descriptor: ['mediaType', 'digest', 'size', 'urls', 'data', 'platform', 'annotations', 'artifactType'],
  platform: ['os', 'architecture', 'variant'],
  config: ['os', 'architecture', 'variant', 'rootfs', 'history', 'config'],
  rootfs: ['type', 'diff_ids'],
  saved: ['Config', 'Layers', 'RepoTags'],
} as const;

/**
 * Whether an object has one of `known` in another letter case.
 *
 * Docker and containerd read names in any case, the last one winning (Go, encoding/json); other readers only the exact
 * one: such a document is two images.
 */
export function hasOtherCase(object: JsonObject | undefined, known: readonly string[]): boolean {
  const folded = new Set(known.map(fold));
  return Object.keys(object ?? {}).some((name) => folded.has(fold(name)) && !known.includes(name));
}

/** By way of capitals, as ſ and the Kelvin sign count as s and k. */
function fold(name: string): string {
  return name.toUpperCase().toLowerCase();
}
