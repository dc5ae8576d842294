/** Where a scan stops opening things, so that a hostile image cannot exhaust it. A limit reached is reported. */
export interface Limits {
  /** Wrappers within wrappers, the layer's own compression and tar included. */
  maxDepth: number;
  /** Decoded bytes of one stream inside a file of a layer. */
  maxStreamBytes: number;
  /** Decoded bytes of the whole source. */
  maxTotalBytes: number;
  /** A JSON blob up to this size is also decoded string by string. */
  maxJsonBytes: number;
  /** Different places of findings in one entry; further ones are counted. */
  maxFindings: number;
}

export const defaultLimits: Limits = {
  maxDepth: 10,
  maxStreamBytes: 8 * 1024 ** 3,
  maxTotalBytes: 256 * 1024 ** 3,
  maxJsonBytes: 16 * 1024 ** 2,
  maxFindings: 1000,
};
