import { crc32 } from 'node:zlib';
import { DeflateDecoder } from './decoder.ts';
import type { FromThread, Port, ToThread } from './messages.ts';
import { outputBuffers, threadOutputBytes } from './thread-inflate.ts';

/** Decodes in a thread, one stream after another: made of what it was told last. */
export class Server {
  readonly #port: Port<FromThread>;
  readonly #decoder = new DeflateDecoder();
  readonly #free: ArrayBuffer[] = [];
  #stream = 0;
  #crc: number | undefined;
  /** The one that is being decoded, and what comes behind it. */
  #inputs: { buffer: ArrayBuffer; bytes: Uint8Array }[] = [];
  #fed = 0;

  constructor(port: Port<FromThread>) {
    this.#port = port;
    for (let count = 0; count < outputBuffers; count++) this.#free.push(new ArrayBuffer(threadOutputBytes));
    port.postMessage({ kind: 'ready' });
  }

  tell(message: ToThread): void {
    switch (message.kind) {
      case 'stream':
        this.#stream++;
        this.#decoder.restore(message.snapshot);
        this.#crc = message.crc;
        this.#drop();
        break;
      case 'input':
        this.#inputs.push({ buffer: message.buffer, bytes: new Uint8Array(message.buffer, 0, message.length) });
        break;
      case 'room':
        this.#free.push(message.buffer);
        break;
      case 'stop':
        this.#drop();
    }
    this.#run();
  }

  /** Decodes as long as there is input, and room for what comes out of it. */
  #run(): void {
    for (let input = this.#inputs[0]; input !== undefined && this.#free.length > 0; input = this.#inputs[0]) {
      const step = this.#decoder.decode();
      const output = this.#decoder.take();
      if (output.length > 0) this.#send(output);
      if (step === 'full') continue;
      const { buffer, bytes } = input;
      if (step === 'needs input' && this.#fed < bytes.length) {
        this.#fed += this.#decoder.feed(bytes.subarray(this.#fed));
        continue;
      }
      const used = step === 'ended' ? this.#fed - this.#decoder.unused : bytes.length;
      // what is behind the end is not the stream's
      if (step === 'needs input') this.#next();
      else this.#drop();
      this.#port.postMessage({ kind: 'used', stream: this.#stream, buffer, used, step }, [buffer]);
    }
  }

  #next(): void {
    this.#inputs.shift();
    this.#fed = 0;
  }

  #drop(): void {
    this.#inputs = [];
    this.#fed = 0;
  }

  #send(output: Uint8Array): void {
    const buffer = this.#free.pop()!;
    new Uint8Array(buffer).set(output);
    if (this.#crc !== undefined) this.#crc = crc32(output, this.#crc);
    this.#port.postMessage({ kind: 'output', stream: this.#stream, buffer, length: output.length, crc: this.#crc }, [
      buffer,
    ]);
  }
}
