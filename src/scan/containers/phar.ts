import { crc32 } from 'node:zlib';
import { type Sink, unbzip2 } from '../../image/index.ts';
import { behindEnd } from './behind.ts';
import type { Container, Host, Located, Opened, StoredMember } from './container.ts';
import { openEmbedded } from './embedded/embedded.ts';
import { encodedText } from './encoded-text.ts';
import { startsWith } from './magic.ts';
import { isPharHead, mostManifestBytes, type PharEntry, pharHeadBytes, readPharManifest } from './phar-manifest.ts';
import { Segments } from './segments.ts';
import { InflateSink } from './seven-zip/inflate-sink.ts';
import { Several } from './several.ts';

const halt = Buffer.from('__HALT_COMPILER();');
/** What may stand between that and the manifest: the end of the PHP code, and of its line. */
const longestGap = 5;

/** One by OpenSSL has as many bytes as its key, and some more. */
const mostSignatureBytes = 2048;
const signatureEnd = 'GBMB';

/**
 * PHP code with a phar behind it; what else is in the code is looked for as in other texts.
 *
 * Format: the PHP manual, "Phar File Format".
 */
export const phar: Container = {
  name: 'phar',
  first: '<',
  tentative: true,
  detect: (head, _name, whole) =>
    isPhp(head) && !startsWith(head, '<?xml') && (whole === undefined || holdsPhar(whole)),
  open: (host) => {
    const opened = openPhar(host);
    return new Several([opened, openEmbedded(host.as('embedded'), () => opened.start), encodedText.open(host)]);
  },
};

/** Whether a phar may be in a script of which these are all bytes. */
export function holdsPhar(whole: Uint8Array): boolean {
  return isPhp(whole) && Buffer.from(whole.buffer, whole.byteOffset, whole.length).includes(halt);
}

function isPhp(head: Uint8Array): boolean {
  return startsWith(head, '<?') || startsWith(head, '#!');
}

/**
 * Opens a phar: PHP code, and behind it a list of files and these, each stored, deflated or in bzip2.
 *
 * PHP takes what stands behind the first `__HALT_COMPILER();`; here the first behind which there is a manifest. The code and the
 * manifest are searched as they stand. A phar in a tar or zip is one of these.
 */
export function openPhar(host: Host): OpenedPhar {
  return new PharSink(host);
}

interface OpenedPhar extends Opened {
  /** Where its list of files begins, once that was read: behind it everything is its. */
  readonly start: number | undefined;
}

class PharSink implements OpenedPhar {
  start: number | undefined;
  readonly #host: Host;
  readonly #segments: Segments;
  #state: 'code' | 'head' | 'manifest' | 'files' | 'behind' | 'closed' = 'code';
  /** Bytes that are not decided yet; `#offset` is behind them. */
  #kept: Buffer = Buffer.alloc(0);
  #started = false;
  #offset = 0;
  #entries: PharEntry[] = [];
  #next = 0;
  #left = 0;
  #body: PharBody | undefined;
  #behind: Sink | undefined;

  constructor(host: Host) {
    this.#host = host;
    this.#segments = new Segments(host.reach);
  }

  get done(): boolean {
    return this.#state === 'closed';
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.done || chunk.length === 0) return;
    if (!this.#started && !isPhp(chunk)) {
      this.close();
      return;
    }
    this.#started = true;
    if (this.#state === 'files' || this.#state === 'behind') await this.#take(chunk);
    else {
      const bytes = Buffer.concat([this.#kept, chunk]);
      this.#offset -= this.#kept.length;
      await this.#look(bytes, false);
    }
  }

  async end(): Promise<void> {
    if (this.#state === 'code' || this.#state === 'head') {
      this.#offset -= this.#kept.length;
      await this.#look(this.#kept, true);
    }
    if (this.#state === 'manifest' || this.#state === 'files') this.#host.damaged('the phar is cut off', true);
    await this.#body?.end();
    await this.#behind?.end();
    this.#state = 'closed';
  }

  close(): void {
    this.#state = 'closed';
    this.#body?.close();
    this.#behind?.close();
  }

  locate(offset: number): Located {
    return this.#segments.locate(offset);
  }

  /** Looks for the end of the code, and behind it for the manifest; keeps what is not decided. */
  async #look(bytes: Buffer, last: boolean): Promise<void> {
    let at = 0;
    while (this.#state === 'code' || this.#state === 'head') {
      const found = bytes.indexOf(halt, at);
      this.#state = found < 0 ? 'code' : 'head';
      if (found < 0) {
        this.#keep(bytes, Math.max(at, bytes.length - halt.length + 1));
        return;
      }
      const rest = bytes.subarray(found + halt.length);
      if (rest.length < longestGap + pharHeadBytes && !last) {
        this.#keep(bytes, found);
        return;
      }
      const start = gapOf(rest);
      at = found + halt.length;
      if (!isPharHead(rest.subarray(start))) continue;
      at += start;
      this.#state = 'manifest';
      if (!this.#host.found()) this.close();
      else if (bytes.readUInt32LE(at) > mostManifestBytes) {
        this.#host.notOpened('phar with a large manifest');
        this.close();
      }
    }
    if (this.done) return;
    await this.#readManifest(bytes.subarray(at), at);
  }

  #keep(bytes: Buffer, at: number): void {
    this.#kept = Buffer.from(bytes.subarray(at));
    this.#offset += bytes.length;
  }

  /** `bytes` begin with its length; `at`: how far into what was looked at. */
  async #readManifest(bytes: Buffer, at: number): Promise<void> {
    const end = 4 + bytes.readUInt32LE(0);
    if (bytes.length < end) {
      this.#offset += at;
      this.#keep(bytes, 0);
      return;
    }
    const entries = readPharManifest(bytes.subarray(4, end));
    if (entries === undefined) {
      this.#host.damaged('the manifest of the phar cannot be read', true);
      this.close();
      return;
    }
    this.#kept = Buffer.alloc(0);
    this.start = this.#offset + at;
    this.#offset += at + end;
    this.#entries = entries;
    this.#state = 'files';
    await this.#take(bytes.subarray(end));
  }

  /** Files, one behind the other, then a signature. */
  async #take(bytes: Uint8Array): Promise<void> {
    let at = 0;
    while (this.#state === 'files') {
      if (this.#body === undefined && !this.#enter()) break;
      const part = bytes.subarray(at, at + this.#left);
      if (part.length === 0 && this.#left > 0) return;
      await this.#body!.push(part);
      at += part.length;
      this.#offset += part.length;
      this.#left -= part.length;
      if (this.#left > 0) continue;
      await this.#body!.end();
      this.#body = undefined;
    }
    if (this.#state === 'behind') await this.#behind!.push(bytes.subarray(at));
  }

  /** The next file; false behind the last. */
  #enter(): boolean {
    const entry = this.#entries[this.#next++];
    if (entry === undefined) {
      this.#state = 'behind';
      this.#behind = new Signature(behindEnd(this.#host));
      return false;
    }
    this.#host.memberSeen(entry.path, entry.path.endsWith('/') ? '5' : '0');
    this.#left = entry.compressedSize;
    this.#body = new PharBody(this.#host, entry);
    const { stored } = this.#body;
    this.#segments.add({
      container: 'phar',
      path: entry.path,
      start: this.#offset,
      dataStart: this.#offset,
      dataEnd: this.#offset + entry.compressedSize,
      ...(stored === undefined ? {} : { inner: stored }),
    });
    return true;
  }
}

/** What stands behind the files: a signature, and what else may be there. */
class Signature implements Sink {
  readonly #make: () => Sink;
  #kept: Buffer = Buffer.alloc(0);
  #sink: Sink | undefined;

  constructor(make: () => Sink) {
    this.#make = make;
  }

  get done(): boolean {
    return this.#sink?.done === true;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#sink === undefined && this.#kept.length + chunk.length <= mostSignatureBytes) {
      this.#kept = Buffer.concat([this.#kept, chunk]);
      return;
    }
    await this.#start();
    await this.#sink!.push(chunk);
  }

  async end(): Promise<void> {
    // random bytes may look like anything
    const isSignature = this.#kept.toString('latin1', this.#kept.length - signatureEnd.length) === signatureEnd;
    if (this.#sink === undefined && this.#kept.length > 0 && !isSignature) await this.#start();
    await this.#sink?.end();
  }

  close(): void {
    this.#sink?.close();
  }

  async #start(): Promise<void> {
    if (this.#sink !== undefined) return;
    this.#sink = this.#make();
    await this.#sink.push(this.#kept);
  }
}

/** What is made of a file's bytes. */
class PharBody implements Sink {
  readonly stored: StoredMember | undefined;
  readonly #sink: Sink | undefined;

  constructor(host: Host, entry: PharEntry) {
    const { path, method } = entry;
    if (method === 'unknown') host.notOpened('phar with another compression', path);
    else if (method === 'stored') {
      this.stored = host.stored(path);
      this.#sink = this.stored;
    } else if (entry.compressedSize > 0) {
      const out = new Checked(host, entry);
      const behind = behindEnd(host);
      this.#sink = method === 'bzip2' ? unbzip2(out, host.damaged, behind) : new InflateSink(out, host.damaged, behind);
    }
  }

  get done(): boolean {
    return this.#sink?.done ?? true;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (!this.done && chunk.length > 0) await this.#sink!.push(chunk);
  }

  async end(): Promise<void> {
    await this.#sink?.end();
  }

  close(): void {
    this.#sink?.close();
  }
}

/** The decoded bytes of a file, compared with its checksum. */
class Checked implements Sink {
  readonly #host: Host;
  readonly #entry: PharEntry;
  readonly #sink: Sink;
  #crc = 0;

  constructor(host: Host, entry: PharEntry) {
    this.#host = host;
    this.#entry = entry;
    this.#sink = host.decoded(entry.path);
  }

  get done(): boolean {
    return this.#sink.done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#crc = crc32(chunk, this.#crc);
    await this.#sink.push(chunk);
  }

  async end(): Promise<void> {
    if (!this.#sink.done && this.#crc !== this.#entry.digest)
      this.#host.damaged('the checksum of a file in the phar does not hold', true);
    await this.#sink.end();
  }

  close(): void {
    this.#sink.close();
  }
}

/** As PHP passes it: a space or a line feed, the end of the code, and of its line. */
function gapOf(bytes: Buffer): number {
  const gap = /^[ \n]\?>(?:\r?\n)?/.exec(bytes.toString('latin1', 0, longestGap));
  return gap?.[0].length ?? 0;
}
