import type { Response } from 'undici';
import { SafebuildError } from '../errors.ts';
import type { RegistryClient } from './client.ts';
import { pause, pauseMs } from './pause.ts';

/** In a row, without much arriving in between. */
const maxBreaks = 5;

/** What must arrive for a transfer to be called going. */
const progressBytes = 1024 * 1024;

/**
 * Opens a blob for reading; undefined when the registry has none.
 *
 * A transfer that breaks off is taken up again where it ended (RFC 9110 §14.2). The bytes are not checked here: whoever reads
 * them compares the digest, which also shows a registry that went on with something else. Throws what the client throws, and
 * SCAN_INCOMPLETE when the rest cannot be had.
 */
export async function openBlob(
  client: RegistryClient,
  digest: string,
  size: number,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const response = await get(client, digest, 0);
  if (response.status !== 404) return new BlobBody(client, digest, size, signal).bytes(response);
  await response.body?.cancel();
  return undefined;
}

/** A server that compresses on the way would give bytes that have another digest, hence `identity`. */
function get(client: RegistryClient, digest: string, from: number): Promise<Response> {
  const range = from === 0 ? {} : { range: `bytes=${from}-` };
  const headers = { 'accept-encoding': 'identity', ...range };
  return client.request({ method: 'GET', path: `blobs/${digest}`, headers }, from === 0 ? [200, 404] : [200, 206]);
}

class BlobBody {
  readonly #client: RegistryClient;
  readonly #digest: string;
  readonly #size: number;
  readonly #signal: AbortSignal | undefined;

  constructor(client: RegistryClient, digest: string, size: number, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#digest = digest;
    this.#size = size;
    this.#signal = signal;
  }

  async *bytes(first: Response): AsyncGenerator<Uint8Array> {
    let response = first;
    let at = 0;
    let breaks = 0;
    for (;;) {
      const before = at;
      for await (const chunk of untilBreak(response, this.#skip(response, at))) {
        at += chunk.length;
        yield chunk;
        // not even a registry that never ends is read further than it was announced
        if (at >= this.#size) return;
      }
      breaks = at - before >= progressBytes ? 1 : breaks + 1;
      if (breaks > maxBreaks || this.#signal?.aborted) throw this.#broken();
      await pause(pauseMs(breaks, undefined, 0), this.#signal);
      response = await get(this.#client, this.#digest, at);
    }
  }

  /** How many bytes of an answer are known already. */
  #skip(response: Response, at: number): number {
    if (response.status !== 206) return at;
    const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
    if (Number(start) === at) return 0;
    throw this.#broken();
  }

  #broken(): SafebuildError {
    return new SafebuildError('SCAN_INCOMPLETE', `The registry broke off while it sent ${this.#digest}.`, {
      hint: 'Try again; or pull the image, and verify it on the engine.',
    });
  }
}

/** The bytes that arrive, without the first `skip`; a broken connection looks like an end, as the size tells. */
async function* untilBreak(response: Response, skip: number): AsyncGenerator<Uint8Array> {
  let left = skip;
  try {
    for await (const chunk of response.body ?? []) {
      const bytes = (chunk as Uint8Array).subarray(left);
      left = Math.max(0, left - (chunk as Uint8Array).length);
      if (bytes.length > 0) yield bytes;
    }
  } catch {
    // said by whoever counts the bytes
  }
}
