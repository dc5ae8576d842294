import type { Finding } from '../finding.ts';
import type { Coverage } from './coverage.ts';
import type { Incomplete } from './state.ts';

/** Digests of what was proved, for whoever publishes it to compare. */
export interface Identity {
  /** What `index.json` names, when that is one thing (an image index or a single manifest): the digest that a push keeps. */
  indexDigest?: string;
  manifests: readonly {
    platform?: string;
    /** Absent in a save without `index.json`. */
    digest?: string;
    configDigest: string;
    layers: readonly { digest: string; diffId?: string; size: number; mediaType: string }[];
    /** First word of each history entry (`RUN`), in order; the rest may hold values. */
    keywords: readonly string[];
    /** For each layer the index of its history entry; undefined where the config does not tell. */
    layerHistory: readonly (number | undefined)[];
  }[];
}

/** The proof: clean only when `findings` and `incomplete` are both empty. */
export interface ScanResult {
  findings: Finding[];
  incomplete: Incomplete[];
  coverage: Coverage;
  /** Platforms that the index names and the source does not hold. */
  absentPlatforms: readonly string[];
  identity: Identity;
  /** Digests of the blobs that the next search for the same need not read: they were found clean, and that is kept. */
  remembered: readonly string[];
}
