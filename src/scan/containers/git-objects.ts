/** An object beyond this is searched as it streams by, but is no base for a delta. */
export const largestKept = 8 * 1024 * 1024;
const mostKept = 32 * 1024 * 1024;

/** The objects of a pack that deltas may still refer to: those used last, up to 32 MiB. */
export class GitObjects {
  readonly #objects = new Map<number, Uint8Array>();
  #bytes = 0;

  /** By the object's offset in the pack. */
  get(offset: number): Uint8Array | undefined {
    const object = this.#objects.get(offset);
    if (object !== undefined) {
      // a Map keeps the order of insertion: what is used goes to its end
      this.#objects.delete(offset);
      this.#objects.set(offset, object);
    }
    return object;
  }

  add(offset: number, object: Uint8Array): void {
    this.#objects.set(offset, object);
    this.#bytes += object.length;
    for (const [oldest, bytes] of this.#objects) {
      if (this.#bytes <= mostKept) return;
      this.#objects.delete(oldest);
      this.#bytes -= bytes.length;
    }
  }
}
