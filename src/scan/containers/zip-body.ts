import { Inflate, type Sink } from '../../image/index.ts';
import type { Host, StoredMember } from './container.ts';
import { EndingBody } from './zip-ending.ts';
import type { ZipHeader } from './zip-header.ts';
import { isDecoded, knowsEnd, memberDecoder } from './zip-methods.ts';

/** The body of one member: what is made of its bytes, and where it ends. What is not opened is counted here. */
export class ZipBody {
  /** Bytes that belong to it so far. */
  consumed = 0;
  /** Set for a member that is stored as it is. */
  readonly stored: StoredMember | undefined;
  /** Its local header says where it ends; else only the deflated data can. */
  readonly #sized: boolean;
  #left: number;
  readonly #member: Sink | undefined;
  readonly #inflate: Inflate | undefined;
  /** Of unknown size, in a compression that ends itself. */
  readonly ending: EndingBody | undefined;

  constructor(host: Host, header: ZipHeader) {
    const { path, method, encrypted } = header;
    this.#sized = isSized(header);
    this.#left = header.compressedSize;
    if (method === 8 && !encrypted) {
      this.#member = host.decoded(path);
      this.#inflate = new Inflate(this.#member, host.damaged);
    } else if (!this.#sized && knowsEnd(header) && !encrypted) {
      this.ending = new EndingBody(host, header);
    } else if (!this.endless && isDecoded(method) && !encrypted) {
      this.#member = memberDecoder(host, header, host.decoded(path));
    } else if (!this.endless && method === 0 && !encrypted) {
      this.stored = host.stored(path);
      this.#member = this.stored;
    } else if (!this.endless) host.notOpened(encrypted ? 'encrypted zip member' : `zip method ${method}`, path);
  }

  /** Nothing says where it ends: the next header has to be looked for. */
  get endless(): boolean {
    return !this.#sized && this.#inflate === undefined && this.ending === undefined;
  }

  /** There is none: an empty member that is not deflated. */
  get absent(): boolean {
    return this.#inflate === undefined && this.ending === undefined && this.#left === 0;
  }

  get over(): boolean {
    return this.#sized ? this.#left === 0 : (this.#inflate ?? this.ending!).over;
  }

  /** Its end will never be known, as the data that would tell is broken. */
  get broken(): boolean {
    return !this.#sized && (this.#inflate ?? this.ending)?.broken === true;
  }

  /** Takes what belongs to it; answers how many bytes that are. */
  async push(bytes: Uint8Array): Promise<number> {
    if (this.ending !== undefined) return await this.ending.push(bytes);
    const part = this.#sized ? bytes.subarray(0, this.#left) : bytes;
    let taken = part.length;
    if (this.#inflate === undefined) await this.#member?.push(part);
    else {
      const used = await this.#inflate.push(part);
      // with a size given, bytes behind the deflate stream but inside the size belong to the member
      if (!this.#sized) taken = used;
    }
    this.consumed += taken;
    this.#left -= taken;
    return taken;
  }

  async end(): Promise<void> {
    await this.ending?.end();
    await this.#inflate?.end();
    await this.#member?.end();
  }

  close(): void {
    this.ending?.close();
    this.#inflate?.close();
    this.#member?.close();
  }
}

/** Whether a local header says how long its body is; where a descriptor behind the body does, it may be left open. */
export function isSized({ described, compressedSize }: ZipHeader): boolean {
  return !described || compressedSize > 0;
}
