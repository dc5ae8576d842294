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
  #input: { buffer: ArrayBuffer; bytes: Uint8Array } | undefined;
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
        break;
      case 'input':
        this.#input = { buffer: message.buffer, bytes: new Uint8Array(message.buffer, 0, message.length) };
        this.#fed = 0;
        break;
      case 'room':
        this.#free.push(message.buffer);
        break;
      case 'stop':
        this.#input = undefined;
    }
    this.#run();
  }

  /** Decodes as long as there is input, and room for what comes out of it. */
  #run(): void {
    while (this.#input !== undefined && this.#free.length > 0) {
      const step = this.#decoder.decode();
      const output = this.#decoder.take();
      if (output.length > 0) this.#send(output);
      if (step === 'full') continue;
      const { buffer, bytes } = this.#input;
      if (step === 'needs input' && this.#fed < bytes.length) {
        this.#fed += this.#decoder.feed(bytes.subarray(this.#fed));
        continue;
      }
      this.#input = undefined;
      const used = step === 'ended' ? this.#fed - this.#decoder.unused : bytes.length;
      this.#port.postMessage({ kind: 'used', stream: this.#stream, buffer, used, step }, [buffer]);
    }
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
