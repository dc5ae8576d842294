import type { Sink } from '../../image/index.ts';
import type { Container, Host, Opened } from './container.ts';
import { EncodedRegion, regionAhead } from './encoded-region.ts';
import { type Encoding, judgedCharacters } from './encoded-start.ts';
import { EncodedTarget, holdsEncoded, nextStart } from './encoded-target.ts';
import { tailOf } from './long-words.ts';
import { isTextHead } from './text-head.ts';
import { wordsIn } from './word-search.ts';

/** Ruby wraps base64 at 60, and gzip makes 60 characters of a name and a value of 20. */
const longestOfShort = 60;
/** Files in which values stand by themselves in base64, and each of them is short. */
const configuration =
  /\.(?:ya?ml|json|env|conf|cfg|config|ini|toml|tfvars|tfstate|properties)$|(?:^|\/)(?:\.env[^/]*|config|user-data|kubeconfig)$/i;

/** So much of a chunk that what the one before it left open is decided within. */
const edgeBytes = 4 * (regionAhead + longestOfShort);
/** Between short texts: what ends one and begins the next is not read as one text, and nothing begins like a wrapper. */
const gap = Buffer.alloc(64);

/**
 * Text in which other bytes stand in base64 or hex: wrappers (`H4sI…` in a manifest of Kubernetes, a release of Helm, cloud-init,
 * a `data:` URL), and texts, for the detectors and for forms within forms.
 *
 * Words of 60 characters or more are looked at, in files of configuration of 36: a wrapped value that could be searched for
 * is as long, and nobody wraps lines at less. What is shorter is searched in all forms, and not decoded.
 */
export const encodedText: Container = {
  name: 'encoded text',
  tentative: true,
  detect: (head, name, whole) => isTextHead(head) && (whole === undefined || holdsEncoded(whole, shortestWord(name))),
  open: (host) => new EncodedTextSink(host),
};

class EncodedTextSink implements Opened {
  done = false;
  readonly #host: Host;
  readonly #shortest: number;
  /** The last bytes of the chunk before, as far as they are not decided. */
  #kept: Buffer = Buffer.alloc(0);
  #region: EncodedRegion | undefined;
  #target: EncodedTarget | undefined;
  readonly #joined = new Map<Encoding, Sink | undefined>();

  constructor(host: Host) {
    this.#host = host;
    this.#shortest = shortestWord(host.name);
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.done) return;
    let from = 0;
    if (this.#kept.length > 0) {
      const edge = Buffer.concat([this.#kept, chunk.subarray(0, edgeBytes)]);
      const at = await this.#read(edge, 0, false);
      if (chunk.length <= edgeBytes) {
        this.#kept = Buffer.from(edge.subarray(at));
        return;
      }
      from = at - this.#kept.length;
    }
    const at = await this.#read(chunk, from, false);
    this.#kept = Buffer.from(chunk.subarray(at));
  }

  async end(): Promise<void> {
    if (!this.done) await this.#read(this.#kept, 0, true);
    this.done = true;
    for (const sink of this.#joined.values()) await sink?.end();
  }

  close(): void {
    this.done = true;
    this.#target?.close();
    for (const sink of this.#joined.values()) sink?.close();
  }

  /** Reads as far as it can tell; gives back where that is. */
  async #read(bytes: Uint8Array, from: number, last: boolean): Promise<number> {
    let at = from;
    const words = wordsIn(bytes, this.#shortest, at);
    for (;;) {
      if (this.#region !== undefined) {
        at = await this.#readRegion(this.#region, bytes, at, last);
        if (this.#region !== undefined) return at;
        words.skipTo(at);
      }
      const start = nextStart(bytes, words);
      if (start === undefined) return last ? bytes.length : undecided(bytes, at, this.#shortest);
      at = start.at;
      this.#region = new EncodedRegion(start.encoding);
      this.#target = new EncodedTarget(this.#host, start, (encoding, text) => this.#join(encoding, text));
    }
  }

  async #readRegion(region: EncodedRegion, bytes: Uint8Array, from: number, last: boolean): Promise<number> {
    const { at, decoded } = region.take(bytes, from, last);
    if (decoded.length > 0) await this.#target?.push(Buffer.concat(decoded));
    if (!region.over && this.#target?.done !== true) return at;
    if (region.over) await this.#target?.end();
    this.#target?.close();
    this.#target = undefined;
    this.#region = undefined;
    return at;
  }

  async #join(encoding: Encoding, text: Buffer): Promise<void> {
    if (!this.#joined.has(encoding)) this.#joined.set(encoding, this.#host.encoded(encoding, true));
    const sink = this.#joined.get(encoding);
    await sink?.push(gap);
    await sink?.push(text);
  }
}

function shortestWord(name: string | undefined): number {
  return name !== undefined && configuration.test(name) ? judgedCharacters : longestOfShort;
}

/** Where a word begins that the next chunk may go on with; of one that begins like nothing known the last groups of four. */
function undecided(bytes: Uint8Array, from: number, shortest: number): number {
  const start = tailOf(bytes, from);
  const length = bytes.length - start;
  return length < shortest ? start : start + 4 * Math.floor((length - shortest + 4) / 4);
}
