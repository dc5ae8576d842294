import { isHeader } from '../../image/index.ts';
import type { Container, Host, Located, Opened, StoredMember } from './container.ts';
import { hasMagic, openEmbedded } from './embedded/embedded.ts';
import { encodedText } from './encoded-text.ts';
import { startsWith } from './magic.ts';
import { holdsPhar, openPhar } from './phar.ts';
import { Several } from './several.ts';

/** What the archive behind a script begins with, in latin1, at the beginning of a line; a tar has its magic further on. */
const magics = ['\x1f\x8b\x08', 'BZh', '\xfd7zXZ\0', '\x28\xb5\x2f\xfd', '\x04\x22\x4d\x18', '\x5d\0\0'].map((magic) =>
  Buffer.from(`\n${magic}`, 'latin1'),
);
const tarMagic = Buffer.from('ustar');
const tarMagicAt = 257;
const blockBytes = 512;
/** What the archive is called. */
const member = 'behind the script';
/** The head of an archive may be cut by the end of a chunk. */
const keptBytes = 2 * blockBytes;

/**
 * A script: what is encoded in its text, an archive behind it, as makeself and the installers of many vendors append one, a phar, and what
 * is embedded before that (a zip in a `.pyz`, the files of a program that is the payload). The archive begins where a line does.
 */
export const script: Container = {
  name: 'script',
  first: '#',
  tentative: true,
  detect: (head, name, whole) => startsWith(head, '#!') && (whole === undefined || isOfInterest(whole, name)),
  open: (host) => {
    const appended = new AppendedSink(host);
    const phar = openPhar(host.as('phar'));
    return new Several([
      phar,
      appended,
      openEmbedded(host, () => phar.start ?? appended.start),
      encodedText.open(host),
    ]);
  },
};

/** Whether there is anything in a script that is at hand. */
function isOfInterest(whole: Uint8Array, name: string | undefined): boolean {
  const bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.length);
  return (
    hasMagic(bytes) ||
    holdsPhar(bytes) ||
    archiveStarts(bytes).next().done !== true ||
    encodedText.detect(whole.subarray(0, blockBytes), name, whole)
  );
}

/** Where archives may begin, in order. Each magic is looked for once: a script may be full of one of them. */
function* archiveStarts(bytes: Buffer): Generator<number> {
  const found = [...magics, tarMagic].map((magic) => ({ magic, at: bytes.indexOf(magic) }));
  for (;;) {
    const next = found.filter(({ at }) => at >= 0).sort((a, b) => startOf(a) - startOf(b))[0];
    if (next === undefined) return;
    if (next.magic !== tarMagic || isTarAt(bytes, startOf(next))) yield startOf(next);
    next.at = bytes.indexOf(next.magic, next.at + 1);
  }
}

function startOf({ magic, at }: { magic: Buffer; at: number }): number {
  return magic === tarMagic ? at - tarMagicAt : at + 1;
}

function isTarAt(bytes: Buffer, start: number): boolean {
  return start > 0 && bytes[start - 1] === 0x0a && isHeader(bytes.subarray(start, start + blockBytes));
}

class AppendedSink implements Opened {
  readonly #host: Host;
  #inner: StoredMember | undefined;
  /** Where the archive begins. */
  #base = 0;
  #offset = 0;
  #kept: Buffer = Buffer.alloc(0);
  #closed = false;

  constructor(host: Host) {
    this.#host = host;
  }

  get done(): boolean {
    return this.#closed || this.#inner?.done === true;
  }

  /** Where the archive begins, once it has. */
  get start(): number | undefined {
    return this.#inner === undefined ? undefined : this.#base;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#closed) return;
    if (this.#inner !== undefined) {
      await this.#inner.push(chunk);
      return;
    }
    const bytes = Buffer.concat([this.#kept, chunk]);
    await this.#look(bytes, false);
  }

  async end(): Promise<void> {
    if (this.#inner === undefined && !this.#closed) await this.#look(this.#kept, true);
    await this.#inner?.end();
    this.#closed = true;
  }

  close(): void {
    this.#closed = true;
    this.#inner?.close();
  }

  locate(offset: number): Located {
    if (this.#inner === undefined || offset < this.#base) return { steps: [], offset };
    const located = this.#inner.locate(offset - this.#base);
    return { ...located, steps: [{ container: 'script', member }, ...located.steps] };
  }

  async #look(bytes: Buffer, last: boolean): Promise<void> {
    for (const start of archiveStarts(bytes)) {
      // its head must be at hand
      if (!last && bytes.length - start < keptBytes) break;
      if (!this.#host.isWrapper(bytes.subarray(start), undefined, last)) continue;
      this.#base = this.#offset + start;
      this.#inner = this.#host.stored(member);
      await this.#inner.push(bytes.subarray(start));
      return;
    }
    const keep = Math.max(0, bytes.length - 2 * keptBytes);
    this.#offset += keep;
    this.#kept = Buffer.from(bytes.subarray(keep));
  }
}
