import { crc32 } from 'node:zlib';
import { DeflateDecoder } from './decoder.ts';
import type { FromThread, Port, ToThread } from './messages.ts';
import { outputBuffers, stepBytes, threadOutputBytes } from './thread-inflate.ts';

/** Decodes in a thread, one stream after another: made of what it was told last. */
export class Server {
  readonly #port: Port<FromThread>;
  readonly #decoder = new DeflateDecoder();
  readonly #free: ArrayBuffer[] = [];
  /** Bytes of output in the first of them. */
  #gathered = 0;
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
      this.#gather(this.#decoder.take());
      if (step === 'full') continue;
      const { buffer, bytes } = input;
      if (step === 'needs input' && this.#fed < bytes.length) {
        this.#fed += this.#decoder.feed(bytes.subarray(this.#fed));
        continue;
      }
      const used = step === 'ended' ? this.#fed - this.#decoder.unused : bytes.length;
      this.#send();
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

  /** Some steps go into one message, as each costs both threads some 0.1 ms. None is left behind the input that it comes from. */
  #gather(output: Uint8Array): void {
    new Uint8Array(this.#free[0]!).set(output, this.#gathered);
    this.#gathered += output.length;
    if (this.#crc !== undefined) this.#crc = crc32(output, this.#crc);
    if (this.#gathered + stepBytes > threadOutputBytes) this.#send();
  }

  #send(): void {
    const length = this.#gathered;
    if (length === 0) return;
    const buffer = this.#free.shift()!;
    this.#gathered = 0;
    this.#port.postMessage({ kind: 'output', stream: this.#stream, buffer, length, crc: this.#crc }, [buffer]);
  }
}
