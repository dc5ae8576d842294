/** A block of LZ4, the largest that a decoder must have whole, and what may stand before it. */
const mostBytes = 5 * 1024 * 1024;

/** What a stream took and gave nothing of yet, chunk by chunk: if nothing comes of it, something else may begin there. */
export class Held {
  /** Offset of the first byte in the file. */
  from = 0;
  #parts: Buffer[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Copies the parts, of which the first stands at `from`. Of more than a decoder waits for, what came last is held. */
  add(parts: readonly Buffer[], from: number): void {
    const copy = Buffer.concat(parts);
    if (this.isEmpty || this.#bytes + copy.length > mostBytes) {
      this.clear();
      this.from = from;
    }
    this.#parts.push(copy);
    this.#bytes += copy.length;
  }

  /** Gives all back with what stands behind it, and holds nothing any more. */
  take(behind: readonly Buffer[]): Buffer {
    const all = Buffer.concat([...this.#parts, ...behind]);
    this.clear();
    return all;
  }

  clear(): void {
    this.#parts = [];
    this.#bytes = 0;
  }
}
