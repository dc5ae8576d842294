import { Behind, Inflate, type ReportDamage, type Sink } from '../../../image/index.ts';

/** Raw deflated data that is all there is. */
export class InflateSink implements Sink {
  readonly #out: Sink;
  readonly #inflate: Inflate;
  readonly #behind: Behind;

  constructor(out: Sink, damaged: ReportDamage, behind: (() => Sink) | undefined) {
    this.#out = out;
    this.#inflate = new Inflate(out, damaged);
    this.#behind = new Behind('deflated', damaged, behind);
  }

  get done(): boolean {
    return this.#out.done || this.#inflate.broken || (this.#inflate.over && this.#behind.done);
  }

  async push(chunk: Uint8Array): Promise<void> {
    const taken = this.#inflate.over ? 0 : await this.#inflate.push(chunk);
    if (this.#inflate.over && !this.#inflate.broken && !this.#out.done) await this.#behind.push(chunk.subarray(taken));
  }

  async end(): Promise<void> {
    await this.#inflate.end();
    await this.#out.end();
    await this.#behind.end();
  }

  close(): void {
    this.#inflate.close();
    this.#out.close();
    this.#behind.close();
  }
}
