/** What else is wanted of a stream. */
export interface InflateOptions {
  crc?: boolean;
}

/** One raw deflate stream that is being decompressed (RFC 1951). */
export interface RawInflate {
  /** The stream has ended, broke, or its sink wants no more. */
  readonly over: boolean;
  readonly broken: boolean;
  /** CRC-32 of all that was handed on; 0 unless it was asked for. */
  readonly crc: number;
  /** Takes the next bytes; gives back how many of them belong to the stream. They are the caller's again when it settles. */
  push(chunk: Uint8Array): Promise<number>;
  /** No more bytes will come: damage when the stream has not ended. */
  end(): Promise<void>;
  /** Gives up and frees what is held. */
  close(): void;
}
