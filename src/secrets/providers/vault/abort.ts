import { SafebuildError } from '../../../errors.ts';

/**
 * The result of `work`, or SOURCE_FAILED as soon as `signal` aborts.
 *
 * The work itself may go on: what it brings back later, a token or a lease, is still to be given back.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    const hint = 'Check VAULT_ADDR and the network, and build again.';
    const late = () => reject(new SafebuildError('SOURCE_FAILED', 'Vault did not answer in time', { hint }));
    // Work that waits for its next try ends by the same signal, and knows what stood in the way: it goes first.
    onAbort = () => void setImmediate(late);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
