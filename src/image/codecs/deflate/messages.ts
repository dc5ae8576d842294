import type { Step } from './decoder.ts';
import type { Snapshot } from './snapshot.ts';

/** What a thread is told. Buffers are moved, not copied, and come back when they were used. */
export type ToThread =
  /** Go on with this stream; `crc` is that of its output so far, when it is wanted. */
  | { kind: 'stream'; snapshot: Snapshot; crc: number | undefined }
  /** To be decoded behind the input before it. */
  | { kind: 'input'; buffer: ArrayBuffer; length: number }
  /** Output was used. */
  | { kind: 'room'; buffer: ArrayBuffer }
  /** The rest of the stream is not wanted. */
  | { kind: 'stop' };

/** What a thread tells. `stream` counts the streams that it was given, as what it tells may cross with `stop`. */
export type FromThread =
  | { kind: 'ready' }
  | { kind: 'output'; stream: number; buffer: ArrayBuffer; length: number; crc: number | undefined }
  /** The input is used up as far as `used`: to its end, unless the stream ended or broke. */
  | { kind: 'used'; stream: number; buffer: ArrayBuffer; used: number; step: Exclude<Step, 'full'> };

/** The end of a line to a thread, or from it. */
export interface Port<Sent> {
  postMessage(message: Sent, transfer?: readonly ArrayBuffer[]): void;
}
