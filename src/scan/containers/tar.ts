import { isHeader, type Sink, type TarEvent, type TarMember, TarParser } from '../../image/index.ts';
import { openBehind } from './behind.ts';
import type { Container, Host, Located, Opened, StoredMember } from './container.ts';
import { Segments } from './segments.ts';
import { SparseFile } from './sparse-file.ts';

/** What `detect` of every wrapper can make use of. */
const headBytes = 512;

/** tar: its bytes are searched as they stand, so this only names what lies where and opens members that are wrappers. */
export const tar: Container = {
  name: 'tar',
  detect: isHeader,
  open: (host) => new TarSink(host),
};

class TarSink implements Opened {
  readonly done = false;
  readonly #host: Host;
  readonly #parser = new TarParser({ frames: false });
  readonly #segments: Segments;
  #member: TarMember | undefined;
  /** The member that is being opened; undefined while its first bytes are awaited, or when it needs no opening. */
  #inner: Sink | undefined;
  #undecided = false;
  /** What stands where a header should be. */
  #stray: Sink | undefined;

  constructor(host: Host) {
    this.#host = host;
    this.#segments = new Segments(host.reach);
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (const event of this.#parser.feed(chunk)) {
      if (event.kind === 'member') {
        if (this.#stray !== undefined) await this.#endStray();
        this.#enter(event.member);
      } else if (event.kind === 'data') {
        if (this.#undecided) this.#decide(event.bytes);
        if (this.#inner !== undefined) await this.#inner.push(event.bytes);
      } else if (event.kind === 'end') {
        // almost no file has to be waited for
        if (this.#inner !== undefined) await this.#inner.end();
        this.#leave();
      } else await this.#takeStray(event);
    }
  }

  async end(): Promise<void> {
    for (const event of this.#parser.end()) {
      if (event.kind === 'end') {
        await this.#inner?.end();
        this.#leave();
      } else await this.#takeStray(event);
    }
    await this.#endStray();
  }

  close(): void {
    this.#stray?.close();
    this.#inner?.close();
  }

  locate(offset: number): Located {
    return this.#segments.locate(offset);
  }

  /** What belongs to no member. */
  async #takeStray(event: TarEvent): Promise<void> {
    if (event.kind === 'damage') this.#host.damaged(event.why, event.lost);
    if (event.kind !== 'stray') return;
    this.#stray ??= openBehind(this.#host);
    await this.#stray.push(event.bytes);
  }

  async #endStray(): Promise<void> {
    await this.#stray?.end();
    this.#stray = undefined;
  }

  #enter(member: TarMember): void {
    this.#host.memberSeen(member.path, member.type, member.link);
    this.#member = member;
    this.#undecided = member.sparse === undefined;
    if (member.sparse !== undefined) this.#inner = new SparseFile(this.#host, member.path, member.sparse);
    if (member.joined !== undefined) this.#host.named(member.joined, member.path);
    this.#note(undefined);
  }

  #decide(bytes: Uint8Array): void {
    this.#undecided = false;
    const member = this.#member!;
    // almost every file ends here, with nothing made for it; only a head that is cut by the chunk's end has to wait
    const whole = bytes.length >= Math.min(headBytes, member.size);
    if (whole && !this.#host.worthOpening(bytes, member.path, bytes.length >= member.size)) return;
    const inner = this.#host.stored(member.path, member);
    this.#inner = inner;
    this.#note(inner);
  }

  #leave(): void {
    this.#inner = undefined;
    this.#undecided = false;
  }

  #note(inner: StoredMember | undefined): void {
    const member = this.#member!;
    const { path, start, dataStart, size } = member;
    const place = { container: 'tar', path, start, dataStart, dataEnd: dataStart + size, attributes: member };
    if (inner === undefined) this.#segments.add(place);
    else this.#segments.add({ ...place, inner });
  }
}
