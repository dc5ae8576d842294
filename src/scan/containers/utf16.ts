import type { Sink } from '../../image/index.ts';
import type { Container, Host, Opened } from './container.ts';
import { embedded } from './embedded/embedded.ts';
import { Several } from './several.ts';

/** Characters that must be ASCII where no byte order mark says what they are. */
const judgedUnits = 8;

type Order = 'little' | 'big';

/**
 * Text in UTF-16: what Windows and PowerShell write. Its letters are searched as they stand already; in UTF-8 the detectors see
 * them, and so does everything that is looked for in a text. Two bytes may begin anything else, too, so that what is embedded is
 * looked for as well. Byte order marks: Unicode 16.0, 23.8.
 */
export const utf16: Container = {
  name: 'utf-16',
  tentative: true,
  detect: (head) => orderOf(head) !== undefined,
  open: (host) => new Several([new Utf16Sink(host), embedded.open(host)]),
};

function orderOf(head: Uint8Array): Order | undefined {
  if (head.length < 2 * judgedUnits) return undefined;
  if (head[0] === 0xff && head[1] === 0xfe) return 'little';
  if (head[0] === 0xfe && head[1] === 0xff) return 'big';
  // nearly every file has neither
  if (head[1] === 0) return isAsciiFrom(head, 0) ? 'little' : undefined;
  return head[0] === 0 && isAsciiFrom(head, 1) ? 'big' : undefined;
}

function isAsciiFrom(head: Uint8Array, letter: 0 | 1): boolean {
  for (let at = 0; at < 2 * judgedUnits; at += 2)
    if (!isAscii(head[at + letter]!) || head[at + 1 - letter] !== 0) return false;
  return true;
}

function isAscii(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

class Utf16Sink implements Opened {
  readonly #host: Host;
  #order: Order | undefined;
  #sink: Sink | undefined;
  #head = Buffer.alloc(0);
  /** The first byte of a character, or the first half of one that takes four. */
  #rest = Buffer.alloc(0);

  constructor(host: Host) {
    this.#host = host;
  }

  get done(): boolean {
    return this.#order !== undefined && (this.#sink?.done ?? true);
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#order !== undefined) {
      await this.#decode(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    this.#order = orderOf(this.#head);
    if (this.#order === undefined) return;
    this.#sink = this.#host.encoded('utf-16', true);
    await this.#decode(this.#head);
  }

  async end(): Promise<void> {
    await this.#sink?.end();
  }

  close(): void {
    this.#sink?.close();
  }

  async #decode(chunk: Uint8Array): Promise<void> {
    const bytes = Buffer.concat([this.#rest, chunk]);
    let end = bytes.length & ~1;
    if (end > 0 && isHighSurrogate(this.#order === 'big' ? bytes.readUInt16BE(end - 2) : bytes.readUInt16LE(end - 2)))
      end -= 2;
    this.#rest = bytes.subarray(end);
    const units = bytes.subarray(0, end);
    if (this.#order === 'big') units.swap16();
    if (end > 0) await this.#sink?.push(Buffer.from(units.toString('utf16le')));
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
