/**
 * What to find: bytes, or bytes that may be broken over lines.
 *
 * With `anchor`, line breaks (any run of CR, LF, space, tab and their backslash spellings, up to 64 bytes) may stand between
 * any two of the bytes. Such a pattern is found by the bytes from `anchor`: surely when no two breaks are less than 16 bytes
 * apart among the `span` bytes there.
 */
export interface Pattern {
  bytes: Uint8Array;
  anchor?: number;
  /** From 16, which it is when absent. More than 27 make the search faster. */
  span?: number;
}

/** Bytes of an anchor without a span of its own, and the least distance of two line breaks. */
export const shortestSpan = 16;

/** Called once for every occurrence: index of the needle, offsets in the stream, `end` exclusive. In no promised order. */
export type OnMatch = (needle: number, start: number, end: number) => void;

/** One pass over one stream of bytes. */
export interface MatchStream {
  /** Takes the next bytes. They are copied: the caller may reuse `chunk`. Matches may be told later. */
  push(chunk: Uint8Array): void;
  /** Tells the remaining matches. The stream takes no bytes after it. */
  end(): void;
}

/** A compiled set of needles. Streams of one matcher are independent of each other. */
export interface Matcher {
  stream(onMatch: OnMatch): MatchStream;
}
