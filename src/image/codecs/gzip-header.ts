const fixedBytes = 10;
const flagHeaderCrc = 2;
const flagExtra = 4;
const flagName = 8;
const flagComment = 16;

type Part = 'fixed' | 'extra-size' | 'extra' | 'name' | 'comment' | 'crc' | 'whole';

/** Whether the bytes can start a gzip member: magic and deflate. Reserved flags stop some readers, but not Python's. */
export function isGzip(head: Uint8Array): boolean {
  return head.length >= fixedBytes && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** Finds the end of a gzip member's header, which may come in any pieces. Format: RFC 1952, 2.3. */
export class GzipHeader {
  /** Bytes taken so far. */
  length = 0;
  state: 'open' | 'whole' | 'wrong' = 'open';
  #part: Part = 'fixed';
  #left = fixedBytes;
  #flags = 0;
  #extraSize = 0;

  /** Takes what belongs to the header; gives back how many bytes that was. */
  take(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.state === 'open') this.#byte(bytes[at++]!);
    return at;
  }

  #byte(byte: number): void {
    const index = this.length++;
    if (this.#part === 'fixed') this.#fixed(index, byte);
    else if (this.#part === 'extra-size') this.#extraSize += this.#left === 2 ? byte : byte * 256;
    const ended = this.#part === 'name' || this.#part === 'comment' ? byte === 0 : --this.#left === 0;
    if (ended && this.state === 'open') this.#next();
  }

  #fixed(index: number, byte: number): void {
    if (index === 3) this.#flags = byte;
    const expected = [0x1f, 0x8b, 8][index];
    if (expected !== undefined && byte !== expected) this.state = 'wrong';
  }

  #next(): void {
    const order: readonly Part[] = ['fixed', 'extra-size', 'extra', 'name', 'comment', 'crc', 'whole'];
    do this.#part = order[order.indexOf(this.#part) + 1]!;
    while (!this.#present(this.#part));
    this.#left = this.#part === 'extra' ? this.#extraSize : 2;
    if (this.#part === 'whole') this.state = 'whole';
  }

  #present(part: Part): boolean {
    if (part === 'extra-size') return (this.#flags & flagExtra) !== 0;
    if (part === 'extra') return this.#extraSize > 0;
    if (part === 'name') return (this.#flags & flagName) !== 0;
    if (part === 'comment') return (this.#flags & flagComment) !== 0;
    if (part === 'crc') return (this.#flags & flagHeaderCrc) !== 0;
    return true;
  }
}
