import { setTimeout as sleep } from 'node:timers/promises';

const firstPauseMs = 300;
const longestPauseMs = 60_000;

/**
 * How long to wait before the next try, `tried` tries having failed: what the server asks for, and twice as long each time
 * where it asks for nothing. Never more than a minute.
 *
 * `retryAfter` is the header: seconds, or a date (RFC 9110 §10.2.3).
 */
export function pauseMs(tried: number, retryAfter: string | null | undefined, nowMs: number): number {
  const ownMs = firstPauseMs * 2 ** (tried - 1);
  return Math.min(longestPauseMs, Math.max(ownMs, askedMs(retryAfter ?? '', nowMs)));
}

function askedMs(retryAfter: string, nowMs: number): number {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const dateMs = Date.parse(retryAfter);
  return Number.isNaN(dateMs) ? 0 : dateMs - nowMs;
}

/** Waits; ends early, without an error, when `signal` aborts. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}
