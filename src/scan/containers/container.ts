import type { RawAttributes, ReportDamage, Sink } from '../../image/index.ts';
import type { Step } from '../hit.ts';

/** A wrapper that hides bytes. To add one: a file like this, and its line in the list. */
export interface Container {
  /** What a finding's form chain and the coverage call it. */
  name: string;
  /** The first byte of all such streams, in latin1; absent where it may be any. Others are not asked about them. */
  first?: string;
  /**
   * Whether a stream that starts with these bytes (512, or all there are) is one; `name` is its file's, if it has one.
   * `whole`: all bytes of the stream, where they are at hand.
   */
  detect(head: Uint8Array, name: string | undefined, whole?: Uint8Array): boolean;
  /** `detect` only says where to look for it: it counts as opened once it calls `Host.found`. */
  tentative?: true;
  /** The stream is no wrapper itself: there may be some anywhere in it. */
  anywhere?: true;
  /** Takes the stream's bytes from the first one on. */
  open(host: Host): Opened;
}

/** A wrapper that is being taken off. */
export interface Opened extends Sink {
  /** Hears what is going to be pushed next, while it still has the chunk before: it may begin with it, and tells nothing of it. */
  ahead?(chunk: Uint8Array): void;
  /** For archives: what lies at an offset of the stream, as long as it is not further back than `Host.reach`. */
  locate?(offset: number): Located;
}

/** The way from a stream to what lies at one of its offsets. */
export interface Located {
  steps: readonly Step[];
  offset: number;
  /** The offset is in a header of the archive. */
  header?: boolean;
}

/** A member whose bytes lie as they are in the archive. */
export interface StoredMember extends Sink {
  locate(offset: number): Located;
}

/** What the scan offers to a wrapper. */
export interface Host {
  /**
   * The same under the name of another wrapper, which the stream may be as well. `loose`: what stands in it may be there by
   * chance, so that nothing in it that is broken is more than damaged.
   */
  as(container: string, loose?: boolean): Host;
  /** Of the file that the stream is, if it is one. */
  name: string | undefined;
  /** How far back `locate` is asked, in bytes. */
  reach: number;
  /** New bytes came out of the wrapper: they are searched, and opened further, unless they are `plain`. */
  decoded(member?: string, plain?: boolean): Sink;
  /**
   * The stream, which is a text, has bytes in it in an encoding: they are searched, and opened further. Undefined when that is
   * nested too deep, which is reported unless the search knows them in the text itself (`known`).
   */
  encoded(encoding: string, known?: boolean): Sink | undefined;
  /** A member's bytes are in the archive's own stream, which is searched already: only opened further. */
  stored(member: string, attributes?: RawAttributes): StoredMember;
  /** The tentative wrapper is there. False when it is nested too deep to be opened, which is reported. */
  found(): boolean;
  /** Whether a stream of that name that starts with these bytes (512 or more, or all there are: `complete`) is a wrapper itself. */
  isWrapper(bytes: Uint8Array, name?: string, complete?: boolean): boolean;
  /** The same, or there may be one somewhere in it. */
  worthOpening(bytes: Uint8Array, name?: string, complete?: boolean): boolean;
  /** A file, folder or link of an archive; `type` is a tar's type flag. */
  memberSeen(path: string, type: string, link?: string): void;
  /** The name of a member stands nowhere in one piece: it is searched as these bytes. */
  named(name: Uint8Array, member: string): void;
  /** A part, by kind, that this wrapper cannot open. */
  notOpened(kind: string, member?: string): void;
  damaged: ReportDamage;
}
