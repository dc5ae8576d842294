import type { Sink } from '../sink.ts';

/**
 * A sink whose bytes are pulled from its other end: `push` settles when the reader has come for the next chunk.
 *
 * For one writer and one reader; nothing is queued. After `close()` the writer is let go and its bytes are dropped.
 */
export class Channel implements Sink {
  done = false;
  #slot: { chunk: Uint8Array; taken: () => void } | undefined;
  #wakeReader: (() => void) | undefined;

  push(chunk: Uint8Array): Promise<void> {
    if (this.done || chunk.length === 0) return Promise.resolve();
    return new Promise((taken) => {
      this.#slot = { chunk, taken };
      this.#wakeReader?.();
    });
  }

  end(): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  close(): void {
    this.done = true;
    this.#slot?.taken();
    this.#wakeReader?.();
  }

  async *read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const slot = this.#slot;
        if (slot !== undefined) {
          yield slot.chunk;
          this.#slot = undefined;
          slot.taken();
        } else if (this.done) return;
        else await this.#written();
      }
    } finally {
      this.close();
    }
  }

  #written(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeReader = () => {
        this.#wakeReader = undefined;
        resolve();
      };
    });
  }
}
