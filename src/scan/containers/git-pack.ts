import { type Sink, Zlib } from '../../image/index.ts';
import { openBehind } from './behind.ts';
import type { Container, Host, Opened } from './container.ts';
import { applyDelta, literalsOf, readDelta } from './git-delta.ts';
import { GitObjects, largestKept } from './git-objects.ts';
import { startsWith } from './magic.ts';

const headerBytes = 12;
/** Of the object that a delta refers to by its name. */
const nameBytes = 20;
const ofsDelta = 6;
const refDelta = 7;
/** Behind the last object; that of a repository with SHA-256 is longer. */
const checksumBytes = 20;

/**
 * A pack of git: every commit, tree and file of a repository's past, deltas put back together.
 *
 * A delta whose base is not at hand any more is searched by its new bytes, and counted as not opened. Format: git's
 * Documentation/gitformat-pack.
 */
export const gitPack: Container = {
  name: 'git pack',
  first: 'P',
  detect: (head) => head.length >= headerBytes && startsWith(head, 'PACK\0\0\0'),
  open: (host) => new PackSink(host),
};

/** The object that is being read. */
interface PackedObject {
  start: number;
  type: number;
  /** Offset of its base in the pack. */
  base: number | undefined;
  zlib: Zlib;
  /** Where its bytes are searched; a delta's are not, as they are no file's. */
  content: Sink | undefined;
  chunks: Uint8Array[];
  size: number;
}

class PackSink implements Opened {
  readonly #host: Host;
  readonly #objects = new GitObjects();
  #state: 'header' | 'type' | 'base-offset' | 'base-name' | 'object' | 'checksum' = 'header';
  #gathered: number[] = [];
  #offset = 0;
  #start = 0;
  #left = 0;
  #type = 0;
  #object: PackedObject | undefined;
  /** What stands behind the pack, or behind what is broken in it. */
  #behind: Sink | undefined;
  #closed = false;

  constructor(host: Host) {
    this.#host = host;
  }

  get done(): boolean {
    return this.#closed || this.#behind?.done === true;
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length && !this.done; ) {
      if (this.#behind !== undefined) return this.#behind.push(chunk.subarray(at));
      const taken = this.#object === undefined ? this.#byte(chunk[at]!) : await this.#inflate(chunk.subarray(at));
      at += taken;
      this.#offset += taken;
    }
  }

  async end(): Promise<void> {
    const whole = this.done || this.#behind !== undefined || this.#state === 'checksum';
    if (!whole) this.#host.damaged('the git pack is cut off');
    await this.#object?.zlib.end();
    await this.#object?.content?.end();
    await this.#behind?.end();
    this.#closed = true;
  }

  close(): void {
    this.#closed = true;
    this.#object?.zlib.close();
    this.#object?.content?.close();
    this.#behind?.close();
  }

  /** One byte of the pack's header or of an object's. */
  #byte(byte: number): number {
    this.#gathered.push(byte);
    if (this.#state === 'header') {
      if (this.#gathered.length === headerBytes) this.#readHeader(Buffer.from(this.#gathered));
    } else if (this.#state === 'base-name') {
      if (this.#gathered.length === nameBytes) this.#open(undefined);
    } else if (this.#state === 'checksum') {
      if (this.#gathered.length === checksumBytes) this.#behind = openBehind(this.#host);
    } else if (byte < 0x80) this.#readNumber();
    return 1;
  }

  #readHeader(header: Buffer): void {
    const version = header.readUInt32BE(4);
    this.#left = header.readUInt32BE(8);
    if (version !== 2 && version !== 3) this.#host.notOpened('git pack of another version');
    this.#expect(this.#left === 0 ? 'checksum' : 'type', this.#offset + 1);
    if (version !== 2 && version !== 3) this.#behind = openBehind(this.#host);
  }

  #readNumber(): void {
    if (this.#state === 'base-offset') {
      const back = this.#gathered.reduce(
        (value, byte, at) => (at === 0 ? byte & 0x7f : (value + 1) * 128 + (byte & 0x7f)),
        0,
      );
      this.#open(this.#start - back);
      return;
    }
    this.#type = (this.#gathered[0]! >> 4) & 7;
    if (this.#type === ofsDelta) this.#expect('base-offset', this.#start);
    else if (this.#type === refDelta) this.#expect('base-name', this.#start);
    else if (this.#type >= 1 && this.#type <= 4) this.#open(undefined);
    else this.#fail('an object of the git pack is of no known type');
  }

  #expect(state: 'type' | 'base-offset' | 'base-name' | 'checksum', start: number): void {
    this.#state = state;
    this.#start = start;
    this.#gathered = [];
  }

  #open(base: number | undefined): void {
    const isDelta = this.#type === ofsDelta || this.#type === refDelta;
    const content = isDelta ? undefined : this.#host.decoded(nameOf(this.#start));
    const keep = (chunk: Uint8Array): Promise<void> => this.#keep(chunk);
    const out: Sink = {
      push: keep,
      end: () => Promise.resolve(),
      close: () => {},
      get done() {
        return content?.done ?? false;
      },
    };
    this.#state = 'object';
    const zlib = new Zlib(out, this.#host.damaged);
    this.#object = { start: this.#start, type: this.#type, base, zlib, content, chunks: [], size: 0 };
  }

  async #keep(chunk: Uint8Array): Promise<void> {
    const object = this.#object!;
    object.size += chunk.length;
    if (object.size > largestKept) object.chunks = [];
    else object.chunks.push(Uint8Array.from(chunk));
    await object.content?.push(chunk);
  }

  async #inflate(bytes: Uint8Array): Promise<number> {
    const object = this.#object!;
    const taken = await object.zlib.push(bytes);
    // behind a broken object the next one cannot be found
    if (object.zlib.broken || object.content?.done) this.#behind = openBehind(this.#host);
    else if (object.zlib.over) {
      await this.#finish(object);
      this.#object = undefined;
      this.#expect(--this.#left === 0 ? 'checksum' : 'type', this.#offset + taken);
    }
    return taken;
  }

  async #finish(object: PackedObject): Promise<void> {
    const bytes = object.size > largestKept ? undefined : Buffer.concat(object.chunks);
    if (object.content !== undefined) {
      await object.content.end();
      if (bytes !== undefined) this.#objects.add(object.start, bytes);
    } else if (bytes === undefined) this.#host.notOpened('git delta', nameOf(object.start));
    else await this.#resolve(object, bytes);
  }

  async #resolve({ start, base }: PackedObject, bytes: Uint8Array): Promise<void> {
    const delta = readDelta(bytes);
    if (delta === undefined) {
      this.#host.damaged('a delta of the git pack is broken', true);
      return;
    }
    const from = base === undefined ? undefined : this.#objects.get(base);
    const fits = from !== undefined && delta.size <= largestKept;
    const whole = fits ? applyDelta(from, delta) : undefined;
    if (whole !== undefined) this.#objects.add(start, whole);
    else if (fits) this.#host.damaged('a delta of the git pack does not fit its base', true);
    else this.#host.notOpened('git delta', nameOf(start));
    const content = this.#host.decoded(nameOf(start));
    await content.push(whole ?? literalsOf(delta));
    await content.end();
  }

  #fail(why: string): void {
    this.#host.damaged(why, true);
    this.#behind = openBehind(this.#host);
  }
}

/** `git verify-pack -v` lists the objects by that offset. */
function nameOf(start: number): string {
  return `object at ${start}`;
}
