/** The bytes of an archive, as they came; a folder may need any of them. */
export class HeldBytes {
  length = 0;
  #chunks: Uint8Array[] = [];
  /** Where each chunk begins. */
  #starts: number[] = [];

  /** Copies the bytes. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(Uint8Array.from(bytes));
    this.#starts.push(this.length);
    this.length += bytes.length;
  }

  /** What is held of a range, in order: views. */
  *range(start: number, end: number): Generator<Uint8Array> {
    for (let index = this.#indexOf(start); index < this.#chunks.length && this.#starts[index]! < end; index++) {
      const from = this.#starts[index]!;
      const part = this.#chunks[index]!.subarray(Math.max(0, start - from), end - from);
      if (part.length > 0) yield part;
    }
  }

  clear(): void {
    this.#chunks = [];
    this.#starts = [];
  }

  /** Of the last chunk that begins at or before `offset`. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}
