import { setTimeout as sleep } from 'node:timers/promises';

const longestPauseMs = 5000;

/** How long to wait before each further try, in milliseconds; there are no more tries than these. */
export const pausesMs: readonly number[] = [250, 1000, 3000];

/** What a `Retry-After` header of seconds asks for, in milliseconds, at most five seconds; undefined for none. */
export function askedMs(retryAfter: string | null): number | undefined {
  const asked = retryAfter !== null && /^\d{1,6}$/.test(retryAfter);
  return asked ? Math.min(Number(retryAfter) * 1000, longestPauseMs) : undefined;
}

/** Waits; ends early, without an error, when `signal` aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
