import type { FileAttributes } from '../finding.ts';

/** One file of an image's outer shape: a blob, `index.json`, or a file of an exported artifact. */
export interface ImageEntry {
  /** With `/`, without a leading `./`. */
  path: string;
  /** Bytes that `body` is going to yield, as the archive or the folder announces them. */
  size: number;
  /** What a link entry points to, as written; its body is empty. Old `docker save` tars link equal layers. */
  link?: string;
  /**
   * The bytes are not here: whoever is to publish them holds them, and knows them by the digest that `path` says. Size 0, an
   * empty body.
   */
  withheld?: true;
  /** Mode and owner, where the source knows them: they matter for an exported artifact. */
  file?: FileAttributes;
  /** To be read before the next entry is asked for, unless the source is `independent`. A chunk is valid until the next one is asked for. */
  body: ChunkedBody;
}

/** Bytes in order; a source that reads ahead can show what it has read. */
export interface ChunkedBody extends AsyncIterable<Uint8Array> {
  /**
   * The chunk that will be yielded next, the very same object, as soon as it has been read: while the one before is still in
   * use. Undefined at the end, and where reading fails, which only who asks for it hears.
   */
  ahead?(): Promise<Uint8Array | undefined>;
}

/** Hears about what is no entry, so that every byte of a source is accounted for. */
export interface SourceObserver {
  /** Bytes of the wrapping itself: tar headers and padding, file names and link targets of a folder. */
  frame(bytes: Uint8Array): void;
  /** The source could not be read whole. */
  problem(where: string, why: string): void;
}

/** The bytes of an image from anywhere, as a stream of entries in the order that suits the source. */
export interface ImageSource {
  /** For people: a path, or `docker save …`. */
  name: string;
  /** `files`: an exported artifact (`-o local`, `-o tar`), whose entries are the user's own files. */
  holds: 'image' | 'files';
  /** Bodies may be read in any order, several at the same time, also after the next entry was asked for. */
  independent?: true;
  /** May be called once. */
  entries(observer: SourceObserver): AsyncIterable<ImageEntry>;
  close(): Promise<void>;
}
