import { crc32 } from 'node:zlib';
import { Behind } from '../../image/index.ts';
import { behindEnd } from './behind.ts';
import type { Container, Host, Opened } from './container.ts';
import { startsWith } from './magic.ts';
import { type HeaderPlace, SevenZipArchive, startBytes } from './seven-zip/archive.ts';
import { HeldBytes } from './seven-zip/held-bytes.ts';

const magic = '7z\xbc\xaf\x27\x1c\0';
/** What tells which bytes are which files stands at the end, so the archive is kept in memory. */
const mostBytes = 64 * 1024 * 1024;

/**
 * 7z: files that were compressed one by one or many as one stream, in what 7-Zip writes without options, and most else that it can.
 *
 * One that is encrypted, in PPMd, split or of more than 64 MiB is counted. Format: 7zFormat.txt and Methods.txt of the LZMA SDK.
 */
export const sevenZip: Container = {
  name: '7z',
  first: '7',
  detect: isSevenZip,
  open: (host) => openSevenZip(host),
};

/** Whether an archive begins here: its first header has a checksum. */
export function isSevenZip(head: Uint8Array): boolean {
  if (head.length < startBytes || !startsWith(head, magic)) return false;
  return crc32(head.subarray(12, startBytes)) === viewOf(head).readUInt32LE(8);
}

/** Opens an archive that begins with the first byte; `alone`: nothing else should stand behind it. */
export function openSevenZip(host: Host, { alone = true } = {}): Opened {
  return new SevenZipSink(host, alone);
}

class SevenZipSink implements Opened {
  done = false;
  readonly #host: Host;
  readonly #alone: boolean;
  #held = new HeldBytes();
  /** Of the archive; undefined before its first header was read. */
  #size: number | undefined;
  #place: HeaderPlace = { offset: 0, size: 0, digest: 0 };
  #after: Behind | undefined;

  constructor(host: Host, alone: boolean) {
    this.#host = host;
    this.#alone = alone;
  }

  async push(chunk: Uint8Array): Promise<void> {
    let rest = chunk;
    if (this.#size === undefined) rest = this.#start(rest);
    if (this.#size === undefined || this.done) return;
    if (this.#after === undefined) {
      const part = rest.subarray(0, this.#size - this.#held.length);
      this.#held.add(part);
      rest = rest.subarray(part.length);
      if (this.#held.length < this.#size) return;
      await this.#open();
    }
    await this.#after?.push(rest);
  }

  async end(): Promise<void> {
    if (!this.done && this.#after === undefined) this.#host.damaged('the 7z archive is cut off', true);
    await this.#after?.end();
    this.close();
  }

  close(): void {
    this.done = true;
    this.#held.clear();
    this.#after?.close();
  }

  /** Gathers the first header, which says how large the archive is; gives back what stands behind it. */
  #start(chunk: Uint8Array): Uint8Array {
    const part = chunk.subarray(0, startBytes - this.#held.length);
    this.#held.add(part);
    if (this.#held.length < startBytes) return chunk.subarray(part.length);
    const header = Buffer.concat([...this.#held.range(0, startBytes)]);
    const [offset, size] = [Number(header.readBigUInt64LE(12)), Number(header.readBigUInt64LE(20))];
    this.#place = { offset, size, digest: header.readUInt32LE(28) };
    this.#size = startBytes + offset + size;
    if (this.#size > mostBytes) {
      this.#host.notOpened('7z (large)');
      this.close();
    }
    return chunk.subarray(part.length);
  }

  async #open(): Promise<void> {
    const held = this.#held;
    this.#held = new HeldBytes();
    if (this.#alone) this.#after = new Behind('7z', this.#host.damaged, behindEnd(this.#host));
    // an archive without files has no header either
    if (this.#place.size > 0) await new SevenZipArchive(this.#host, held).open(this.#place);
    if (!this.#alone) this.close();
  }
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
