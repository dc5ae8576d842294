import { isNumber } from './sparse.ts';

/**
 * The map at the beginning of a sparse file's body, one number a line: how many pieces, then offset and length of each.
 *
 * Takes each byte once, however long the map is. Format: GNU tar manual, "Storing Sparse Files", version 1.0.
 */
export class BodyMap {
  /** Offset and length of each piece, as far as they were read. */
  readonly numbers: number[] = [];
  /** How many numbers there will be; undefined until the first line was read. */
  #wanted: number | undefined;
  #line = '';

  /** Takes more of the body: `open` while numbers are missing, `whole` with the last of them. */
  push(text: string): 'open' | 'whole' | 'wrong' {
    const lines = `${this.#line}${text}`.split('\n');
    this.#line = lines.pop()!;
    for (const line of lines) {
      if (!isNumber(line)) return 'wrong';
      if (this.#wanted === undefined) this.#wanted = 2 * Number(line);
      else this.numbers.push(Number(line));
      // what is left of the block is padding
      if (this.numbers.length === this.#wanted) return 'whole';
    }
    return this.#line === '' || isNumber(this.#line) ? 'open' : 'wrong';
  }
}
