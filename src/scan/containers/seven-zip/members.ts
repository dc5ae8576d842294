import { crc32 } from 'node:zlib';
import type { Sink } from '../../../image/index.ts';
import type { Host } from '../container.ts';

/** A file of a folder. */
export interface Member {
  path: string;
  size: number;
  /** CRC-32; -1 for none. */
  digest: number;
}

/** The file whose bytes come next. */
interface Current {
  member: Member;
  sink: Sink;
  left: number;
  crc: number;
}

/** Cuts what a folder decodes to into its files. Each is searched, and opened further, by itself. */
export class Members implements Sink {
  done = false;
  /** A file was larger than a limit allows, which is told already. */
  stopped = false;
  readonly #host: Host;
  readonly #members: Iterator<Member>;
  /** What is behind the last of them is called. */
  readonly #behind: string;
  #current: Current | undefined;
  #over = false;
  /** Bytes that no header tells of. */
  #rest: Sink | undefined;

  constructor(host: Host, members: Iterable<Member>, behind: string) {
    this.#host = host;
    this.#members = members[Symbol.iterator]();
    this.#behind = behind;
  }

  /** Whether the last file is whole; to be asked at the end. */
  get complete(): boolean {
    return this.#current === undefined && this.#nextMember() === undefined;
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length && !this.done; ) {
      const current = this.#current ?? this.#next();
      if (current === undefined) {
        await this.#pushRest(chunk.subarray(at));
        return;
      }
      const part = chunk.subarray(at, at + current.left);
      at += part.length;
      current.left -= part.length;
      current.crc = crc32(part, current.crc);
      await current.sink.push(part);
      if (current.left === 0) await this.#finish();
      else if (current.sink.done) this.#stop();
    }
  }

  async end(): Promise<void> {
    await this.#current?.sink.end();
    await this.#rest?.end();
    this.done = true;
  }

  close(): void {
    this.done = true;
    this.#current?.sink.close();
    this.#rest?.close();
  }

  #next(): Current | undefined {
    const member = this.#nextMember();
    if (member !== undefined)
      this.#current = { member, sink: this.#host.decoded(member.path), left: member.size, crc: 0 };
    return this.#current;
  }

  /** The next file that is not empty. */
  #nextMember(): Member | undefined {
    while (!this.#over) {
      const { value: member, done } = this.#members.next();
      if (done === true) this.#over = true;
      else if (member.size > 0) return member;
    }
    return undefined;
  }

  #stop(): void {
    this.stopped = true;
    this.done = true;
  }

  async #finish(): Promise<void> {
    const { member, sink, crc } = this.#current!;
    this.#current = undefined;
    await sink.end();
    // whether its filters were read right, only this tells
    if (member.digest >= 0 && member.digest !== crc)
      this.#host.damaged('the checksum of a file in the 7z archive does not hold', true);
  }

  async #pushRest(bytes: Uint8Array): Promise<void> {
    if (this.#rest === undefined) {
      this.#host.damaged('the 7z archive holds more than its header says');
      this.#rest = this.#host.decoded(this.#behind);
    }
    await this.#rest.push(bytes);
    if (this.#rest.done) this.#stop();
  }
}
