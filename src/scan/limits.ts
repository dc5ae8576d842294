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

/** What each limit is called in safebuild.yaml; the others are not the project's to set. */
const keys: Readonly<Partial<Record<keyof Limits, string>>> = {
  maxDepth: 'scan.depth',
  maxStreamBytes: 'scan.max-file-bytes',
  maxTotalBytes: 'scan.max-total-bytes',
};

/** Names a limit for a person who may raise it: `scan.max-file-bytes, 8 GiB`. */
export function limitWords(limits: Limits, name: keyof Limits): string {
  const size = name.endsWith('Bytes') ? sizeWords(limits[name]) : String(limits[name]);
  const key = keys[name];
  return key === undefined ? size : `${key}, ${size}`;
}

function sizeWords(bytes: number): string {
  for (const [unit, size] of [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
  ] as const)
    if (bytes % size === 0) return `${bytes / size} ${unit}`;
  return `${bytes} bytes`;
}
