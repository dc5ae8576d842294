import { setTimeout as sleep } from 'node:timers/promises';
import { SafebuildError } from '../../../errors.ts';
import type { ProviderHost } from '../provider.ts';
import { isObject, parseExact } from './exact-json.ts';
import type { Server } from './server.ts';
import { type Call, openTransport, type Transport } from './transport.ts';
import { lasting, passing, type Trouble } from './trouble.ts';

/** An answer of Vault that is final: 2xx, or a refusal that no later try mends. */
export interface Answer {
  status: number;
  /** The JSON object of the body, numbers exact; undefined when the body is none. */
  body: Readonly<Record<string, unknown>> | undefined;
  /** The body as it came. It may hold values. */
  text: string;
}

/** When a call ends early. */
export interface Patience {
  /** No further try begins once this is aborted. */
  halt: AbortSignal;
  /** Breaks off even the request under way; until then its answer, and a lease in it, is not lost. */
  breakOff: AbortSignal;
  /** The request may have an effect that a second one would not: it is sent again only where Vault surely did nothing. */
  once?: boolean;
}

/** Talks to one Vault, and tries again while it is sealed, busy or not there. */
export interface Client {
  server: Server;
  /** Throws SOURCE_FAILED, with what last stood in the way, when the tries or the time are over. */
  call(call: Call, patience: Patience): Promise<Answer>;
  close(): Promise<void>;
}

export interface Pace {
  /** The first pause in milliseconds; each further one is twice as long. */
  firstPauseMs: number;
}

const longestPauseMs = 30_000;

export function openClient(server: Server, host: ProviderHost, { firstPauseMs }: Pace): Client {
  let opening: Promise<Transport> | undefined;
  return {
    server,
    call: async (call, patience) => {
      opening ??= openTransport(server, host);
      const transport = await opening;
      for (let tried = 1; ; tried++) {
        if (patience.halt.aborted) throw lasting(server, { kind: 'stopped' });
        const outcome = await attempt(transport, call, patience);
        if ('status' in outcome) return outcome;
        const again = passing(outcome, patience.once === true) && tried <= server.retries;
        if (!again || patience.halt.aborted) throw lasting(server, outcome);
        const pauseMs = pauseAfter(tried, firstPauseMs, 'retryAfter' in outcome ? outcome.retryAfter : undefined);
        // Ends early with the deadline; what then is told is what stood in the way, which says more than the time.
        await sleep(pauseMs, undefined, { signal: patience.halt }).catch(() => undefined);
        if (patience.halt.aborted) throw lasting(server, outcome);
      }
    },
    close: async () => {
      const transport = await opening?.catch(() => undefined);
      await transport?.close().catch(() => undefined);
    },
  };
}

async function attempt(transport: Transport, call: Call, { breakOff }: Patience): Promise<Answer | Trouble> {
  try {
    const { status, retryAfter, text } = await transport.send(call, breakOff);
    if (status >= 300 && status < 400) return { kind: 'redirected' };
    if (status >= 500 || status === 412 || status === 429 || status === 472 || status === 473) {
      // Told by Vault's own fixed words; never shown.
      return { kind: 'unavailable', code: status, sealed: status === 503 && /\bsealed\b/i.test(text), retryAfter };
    }
    const body = parseExact(text);
    if (isObject(body)) return { status, body, text };
    // Vault sends a JSON object or nothing, refusals too; anything else is of a proxy, or of another server.
    return text.trim() === '' ? { status, body: undefined, text } : { kind: 'foreign', code: status };
  } catch (error) {
    if (error instanceof SafebuildError) throw error;
    return { kind: 'unreached', error };
  }
}

/** Full and half of the doubled pause at random, so that many builds do not come back together; never less than asked for. */
function pauseAfter(tried: number, firstPauseMs: number, retryAfter: string | undefined): number {
  const ownMs = firstPauseMs * 2 ** (tried - 1) * (0.5 + Math.random() / 2);
  const askedMs = /^\d{1,9}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1000 : 0;
  return Math.min(longestPauseMs, Math.max(ownMs, askedMs));
}
