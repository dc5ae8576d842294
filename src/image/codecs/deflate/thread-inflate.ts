import { setImmediate } from 'node:timers/promises';
import type { ReportDamage, Sink } from '../../sink.ts';
import { outputBytes, slackBytes } from './layout.ts';
import type { FromThread, Port, ToThread } from './messages.ts';
import type { RawInflate } from './raw-inflate.ts';
import type { Left } from './wasm-inflate.ts';

/** What one step of a decoder can give. */
export const stepBytes = outputBytes + slackBytes;
/** What is handed over at a time. */
export const threadOutputBytes = 4 * stepBytes;
/** More than a chunk of a layer decodes to: enough to decode on while something else is searched for some milliseconds. */
export const outputBuffers = 3;

/** A thread as the stream sees it that has it for its own. */
export interface InflateThread extends Port<ToThread> {
  /** Hears what the thread tells of the stream that it was given last. */
  onMessage: ((message: FromThread) => void) | undefined;
  /** Hears that the thread is no more. */
  onLost: (() => void) | undefined;
  /** Streams that it was given so far. */
  streams: number;
  /** The stream is over: others may have the thread. */
  giveBack(): void;
}

/** Goes on with a stream in another thread, and hands on what comes from there, while the thread decodes ahead. */
export class ThreadInflate implements RawInflate {
  over = false;
  broken = false;
  crc: number;
  readonly #thread: InflateThread;
  readonly #out: Sink;
  readonly #damaged: ReportDamage;
  readonly #outputs: Extract<FromThread, { kind: 'output' }>[] = [];
  /** Where input goes to; the others the thread has. */
  readonly #inputs: ArrayBuffer[] = [];
  /** The chunk that the thread has before it was pushed. */
  #ahead: Uint8Array | undefined;
  /** Of the chunks that were sent, in their order. */
  readonly #used: Extract<FromThread, { kind: 'used' }>[] = [];
  #handing: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  /** `crc` of what was handed on before, when it is wanted. */
  constructor(thread: InflateThread, { snapshot, crc }: Left, out: Sink, damaged: ReportDamage) {
    this.#thread = thread;
    this.#out = out;
    this.#damaged = damaged;
    thread.streams++;
    thread.onMessage = (message) => this.#hear(message);
    thread.onLost = () => this.#fail(new Error('a thread that inflates has ended'));
    this.crc = crc ?? 0;
    thread.postMessage({ kind: 'stream', snapshot, crc }, [snapshot.memory.buffer]);
  }

  async push(chunk: Uint8Array): Promise<number> {
    if (this.over) return 0;
    // other bytes than it was told of would be searched than are hashed
    if (this.#ahead !== undefined && this.#ahead !== chunk) throw new Error('another chunk was announced');
    if (this.#ahead === undefined) this.#send(chunk);
    this.#ahead = undefined;
    while (this.#used.length === 0 && !this.over) await this.#news();
    const used = this.#used.shift();
    if (used !== undefined && used.step !== 'needs input') {
      // what is behind the end is looked at after what is before it
      await this.#handing;
      if (!this.over) this.#finish(used.step === 'broken');
    }
    this.#rethrow();
    return used?.used ?? chunk.length;
  }

  /** Gives the thread what is pushed next while it still has the chunk before. */
  ahead(chunk: Uint8Array): void {
    if (this.over || this.#ahead !== undefined || chunk.length === 0) return;
    this.#send(chunk);
    // only what is on its way must not be sent once more
    this.#ahead = chunk;
  }

  async end(): Promise<void> {
    await this.#handing;
    this.#rethrow();
    if (!this.over) this.#damaged('the compressed data is cut off');
    this.close();
  }

  close(): void {
    this.over = true;
    if (this.#closed) return;
    this.#closed = true;
    this.#thread.postMessage({ kind: 'stop' });
    // the thread has its room again, whoever is next
    for (const { buffer } of this.#outputs.splice(0)) this.#giveRoom(buffer);
    if (this.#handing === undefined) this.#thread.giveBack();
    this.#wake?.();
  }

  #finish(broken: boolean): void {
    this.broken = broken;
    this.close();
    // as in WasmInflate
    if (broken) this.#damaged('the compressed data is broken', true);
  }

  #send(chunk: Uint8Array): void {
    const kept = this.#inputs.pop();
    const buffer = kept !== undefined && kept.byteLength >= chunk.length ? kept : new ArrayBuffer(chunk.length);
    new Uint8Array(buffer).set(chunk);
    this.#thread.postMessage({ kind: 'input', buffer, length: chunk.length }, [buffer]);
  }

  #hear(message: FromThread): void {
    if (message.kind === 'ready') return;
    if (message.kind === 'used') {
      this.#used.push(message);
      this.#inputs.push(message.buffer);
      this.#wake?.();
    } else if (this.over) this.#giveRoom(message.buffer);
    else {
      this.#outputs.push(message);
      this.#handing ??= this.#handOn();
    }
  }

  async #handOn(): Promise<void> {
    for (let output = this.#outputs.shift(); output !== undefined; output = this.#outputs.shift()) {
      // whoever waits for the next input goes first: it is then decoded while this output is used
      await setImmediate();
      this.crc = output.crc ?? 0;
      if (!this.over) await this.#forward(new Uint8Array(output.buffer, 0, output.length));
      this.#giveRoom(output.buffer);
    }
    this.#handing = undefined;
    if (this.#closed) this.#thread.giveBack();
  }

  async #forward(bytes: Uint8Array): Promise<void> {
    try {
      await this.#out.push(bytes);
      if (this.#out.done) this.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.close();
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #giveRoom(buffer: ArrayBuffer): void {
    this.#thread.postMessage({ kind: 'room', buffer }, [buffer]);
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
