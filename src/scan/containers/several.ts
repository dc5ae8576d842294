import type { Located, Opened } from './container.ts';

/** One stream that may be several things at once: each takes all of its bytes. */
export class Several implements Opened {
  readonly #parts: readonly Opened[];

  constructor(parts: readonly Opened[]) {
    this.#parts = parts;
  }

  get done(): boolean {
    return this.#parts.every((part) => part.done);
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (const part of this.#parts) if (!part.done) await part.push(chunk);
  }

  async end(): Promise<void> {
    for (const part of this.#parts) await part.end();
  }

  close(): void {
    for (const part of this.#parts) part.close();
  }

  /** As the first of them says that knows more than the stream itself. */
  locate(offset: number): Located {
    const plain: Located = { steps: [], offset };
    const known = this.#parts.map((part) => part.locate?.(offset) ?? plain);
    return known.find(({ steps, header }) => steps.length > 0 || header === true) ?? plain;
  }
}
