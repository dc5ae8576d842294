import type { Sink } from '../../image/index.ts';
import type { Container, Host, Opened } from './container.ts';
import { dumpedBytes } from './dump-line.ts';
import { mixedText } from './embedded/mixed-text.ts';
import { Several } from './several.ts';
import { isTextHead } from './text-head.ts';

/** No line of a dump is longer. */
const longestLine = 512;
/** What a star leaves out is no secret; so much of it is enough. */
const repeats = 4;

const nothing = Buffer.alloc(0);

/**
 * A file that `xxd`, `hexdump` or `od` wrote: what it shows is searched and opened. It begins with the address zero. Other text and
 * bytes may follow.
 */
export const hexDump: Container = {
  name: 'hex dump',
  first: '0',
  tentative: true,
  detect: (head) => isDump(head),
  open: (host) => new Several([new HexDumpSink(host), mixedText.open(host)]),
};

function isDump(head: Uint8Array): boolean {
  if (head[0] !== 0x30 || head[5] !== 0x30 || !isTextHead(head)) return false;
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, longestLine)).toString('latin1');
  const [line = ''] = text.split(/\r?\n/);
  return /^0{6,}/.test(line) && dumpedBytes(line) !== undefined;
}

class HexDumpSink implements Opened {
  readonly #host: Host;
  #sink: Sink | undefined;
  #begun = false;
  #line = '';
  #last: Buffer = nothing;
  #over = false;

  constructor(host: Host) {
    this.#host = host;
  }

  get done(): boolean {
    return this.#over || (this.#begun && (this.#sink?.done ?? true));
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.done) return;
    if (!this.#begun) {
      this.#begun = true;
      this.#sink = this.#host.encoded('hex dump');
    }
    const text = this.#line + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
    const lines = text.split('\n');
    this.#line = lines.pop() ?? '';
    if (this.#line.length > longestLine) this.#over = true;
    await this.#sink?.push(Buffer.concat(lines.map((line) => this.#read(line))));
  }

  async end(): Promise<void> {
    if (!this.#over && this.#line !== '') await this.#sink?.push(this.#read(this.#line));
    this.#over = true;
    await this.#sink?.end();
  }

  close(): void {
    this.#over = true;
    this.#sink?.close();
  }

  #read(line: string): Buffer {
    // lines that are equal to the one before
    const before = this.#last;
    this.#last = line.startsWith('*') ? nothing : (dumpedBytes(line) ?? nothing);
    return line.startsWith('*') ? Buffer.concat(Array.from({ length: repeats }, () => before)) : this.#last;
  }
}
