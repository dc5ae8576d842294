import { bzip2 } from './bzip2.ts';
import type { Container } from './container.ts';
import { embeddedZip } from './embedded-zip.ts';
import { gitPack } from './git-pack.ts';
import { gzip } from './gzip.ts';
import { tar } from './tar.ts';
import { xz } from './xz.ts';
import { zip } from './zip.ts';
import { zlib } from './zlib.ts';
import { zstd } from './zstd.ts';

export type { Container, Host, Located, Opened, StoredMember } from './container.ts';
export { sealedKind } from './sealed.ts';

/** Every wrapper that is opened, wherever it is met. The first that recognises a stream takes it. */
export const containers: readonly Container[] = [gzip, zstd, xz, bzip2, zip, tar, gitPack, zlib, embeddedZip];
