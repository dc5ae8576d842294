import { type Gunzip, gunzip, isGzip } from '../../image/index.ts';
import { behindEnd } from './behind.ts';
import type { Container, Host, Located, Opened } from './container.ts';

/** gzip, any number of members. After broken deflate data up to one step of output is lost. */
export const gzip: Container = {
  name: 'gzip',
  first: '\x1f',
  detect: isGzip,
  open: (host) => new GzipOpened(host),
};

class GzipOpened implements Opened {
  readonly #gunzip: Gunzip;

  constructor(host: Host) {
    this.#gunzip = gunzip(host.decoded(), host.damaged, { behind: behindEnd(host), reach: host.reach });
  }

  get done(): boolean {
    return this.#gunzip.done;
  }

  push(chunk: Uint8Array): Promise<void> {
    return this.#gunzip.push(chunk);
  }

  ahead(chunk: Uint8Array): void {
    this.#gunzip.ahead(chunk);
  }

  end(): Promise<void> {
    return this.#gunzip.end();
  }

  close(): void {
    this.#gunzip.close();
  }

  /** What stands in a header is not in the content. */
  locate(offset: number): Located {
    return this.#gunzip.isHeader(offset) ? { steps: [], offset, header: true } : { steps: [], offset };
  }
}
