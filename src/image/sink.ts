/**
 * Takes the bytes of one stream, in order.
 *
 * A chunk belongs to the sink until the promise settles, and to the caller again afterwards: a sink that keeps bytes
 * copies them. Waiting for the promise is the backpressure.
 */
export interface Sink {
  push(chunk: Uint8Array): Promise<void>;
  /** The stream is over. Called once, also after damage. */
  end(): Promise<void>;
  /** True once the sink wants no more bytes: what is pushed afterwards is ignored. */
  readonly done: boolean;
  /** Gives up without `end()`: frees what the sink holds. */
  close(): void;
}

/**
 * Says, in words without any content of the image, why a stream could not be read whole.
 *
 * `lost`: bytes that were decoded, or that another tool could decode, were not handed on. Without it everything that can
 * be had from the broken stream has been.
 */
export type ReportDamage = (why: string, lost?: boolean) => void;
