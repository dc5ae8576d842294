import { ar } from './ar.ts';
import { brotli } from './brotli.ts';
import { bzip2 } from './bzip2.ts';
import type { Container } from './container.ts';
import { cpio } from './cpio.ts';
import { embedded } from './embedded/embedded.ts';
import { mixedText } from './embedded/mixed-text.ts';
import { gitBundle } from './git-bundle.ts';
import { gitPack } from './git-pack.ts';
import { gzip } from './gzip.ts';
import { hexDump } from './hex-dump.ts';
import { lz4 } from './lz4.ts';
import { lzip } from './lzip.ts';
import { lzma } from './lzma.ts';
import { pdf } from './pdf.ts';
import { phar } from './phar.ts';
import { pipCache } from './pip-cache.ts';
import { rpm } from './rpm.ts';
import { script } from './script.ts';
import { sevenZip } from './seven-zip.ts';
import { sqlite, sqliteWal } from './sqlite.ts';
import { tar } from './tar.ts';
import { utf16 } from './utf16.ts';
import { xz } from './xz.ts';
import { zip } from './zip.ts';
import { zlib } from './zlib.ts';
import { zstd } from './zstd.ts';

export type { Container, Host, Located, Opened, StoredMember } from './container.ts';
export { sealedKind } from './sealed.ts';

/** Every wrapper that is opened, wherever it is met. The first that recognises a stream takes it. */
export const containers: readonly Container[] = [
  gzip,
  zstd,
  xz,
  bzip2,
  lz4,
  lzip,
  zip,
  tar,
  ar,
  cpio,
  rpm,
  sevenZip,
  sqlite,
  sqliteWal,
  gitPack,
  gitBundle,
  pipCache,
  pdf,
  phar,
  script,
  lzma,
  zlib,
  brotli,
  utf16,
  hexDump,
  mixedText,
  embedded,
];

/** Of `containers`, those that a stream with this first byte may be; in the same order. */
const byFirst: readonly (readonly Container[])[] = Array.from({ length: 256 }, (_, byte) =>
  containers.filter(({ first }) => first === undefined || first.charCodeAt(0) === byte),
);

/**
 * The wrapper that a stream is which starts with these bytes (512, or all there are); as `Container.detect`. Nearly every file of
 * an image is asked about.
 */
export function containerOf(head: Uint8Array, name: string | undefined, whole?: Uint8Array): Container | undefined {
  for (const container of byFirst[head[0] ?? 0]!) if (container.detect(head, name, whole)) return container;
  return undefined;
}
