import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { hasCode } from '../../../errors.ts';
import type { Answer, Trouble } from './answer.ts';
import { networkTrouble } from './network.ts';
import type { Asked, Told } from './thread.ts';

/** What stands in for an SDK's own error where nothing is known of it. */
export interface Served {
  store: string;
  /** For `npm install`, with their major version. */
  packages: readonly string[];
}

/**
 * Runs in the thread: answers every request by `fetch`, whatever `fetch` throws.
 *
 * SDKs leave promises that nobody awaits (google-auth-library 10, without credentials): their failure must not end the thread
 * before the request that caused it is answered.
 */
export function serve<Request>(fetch: (request: Request) => Promise<Answer>, served: Served): void {
  process.on('unhandledRejection', () => undefined);
  parentPort?.on('message', async ({ id, request }: Asked<Request>) => {
    const answer = await fetch(request).catch((error: unknown): Answer => ({ trouble: unforeseen(error, served) }));
    if (!('secret' in answer)) {
      parentPort?.postMessage({ id, answer } satisfies Told);
      return;
    }
    // a buffer of its own, so that it can be moved: no copy stays behind in the thread
    const value = Uint8Array.from(answer.secret.value);
    parentPort?.postMessage({ id, answer: { secret: { ...answer.secret, value } } } satisfies Told, [value.buffer]);
  });
}

/** The environment that the thread was given. */
export function threadEnvironment(): Readonly<Record<string, string>> {
  return workerData;
}

function unforeseen(error: unknown, { store, packages }: Served): Trouble {
  if (hasCode(error, 'ERR_MODULE_NOT_FOUND') || hasCode(error, 'MODULE_NOT_FOUND')) {
    const names = packages.join(' ');
    return {
      code: 'SOURCE_FAILED',
      message: `The SDK of ${store} is not installed`,
      hint: `Run "npm install ${names}" where safebuild is installed, or "npm install --global ${names}" for a global one.`,
    };
  }
  return (
    networkTrouble(error, store) ?? {
      code: 'SOURCE_FAILED',
      message: `${store} could not be asked`,
      hint: 'Try the same with its own command line tool, which may quote the reason.',
    }
  );
}
