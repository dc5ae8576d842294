import type { Problem } from './entry-record.ts';

/** A layer of an image, as its manifest has it. */
export interface LayerNode {
  /** Path of its entry in the source. */
  entry: string;
  /** `sha256:…` of the blob as stored. */
  digest: string;
  size: number;
  mediaType: string;
  /** `sha256:…` of the uncompressed tar, as the config claims it. */
  diffId?: string;
  /** The instruction that made it, from the image's history, as written there. */
  createdBy?: string;
}

/** One image: a manifest, or one element of a legacy `manifest.json`. */
export interface ImageNode {
  platform?: string;
  /** Of the manifest; absent in a legacy save. */
  digest?: string;
  configDigest: string;
  layers: readonly LayerNode[];
  /** `created_by` of each history entry of the config, in order. */
  history: readonly (string | undefined)[];
}

/** What an entry is used as. One entry may serve several images. */
export type EntryUse =
  | { role: 'index' | 'manifest' | 'attestation'; platform?: string }
  /** Part of something that is no image: the layers of a build cache, the files of an artifact. */
  | { role: 'blob'; platform?: string }
  | { role: 'config'; platform?: string; image: ImageNode }
  | { role: 'layer'; platform?: string; image: ImageNode; position: number };

/** How the entries of a source hang together. */
export interface ImageGraph {
  /** What `index.json` names, when that is one thing: an image index or a single manifest. */
  rootDigest?: string;
  images: readonly ImageNode[];
  /** By path of the entry. An entry that is not in here is referenced by nobody. */
  uses: ReadonlyMap<string, readonly EntryUse[]>;
  attestations: number;
  /** Platforms that the index names and the source does not hold. */
  absentPlatforms: readonly string[];
  problems: readonly Problem[];
}
