import { Worker } from 'node:worker_threads';
import { SafebuildError } from '../../../errors.ts';
import type { Answer, StoredSecret } from './answer.ts';

/** An SDK at work in a thread of its own. */
export interface SdkThread<Request> {
  /** Rejects with SafebuildError, by the trouble that the thread tells. */
  ask(request: Request): Promise<StoredSecret>;
  /** Ends the thread and with it all that it has under way; what is still asked is rejected with `reason`. */
  end(reason: SafebuildError): Promise<void>;
}

/** What a thread is told. */
export interface Asked<Request> {
  id: number;
  request: Request;
}

/** What a thread tells. */
export interface Told {
  id: number;
  answer: Answer;
}

const awakeMs = 1000;

interface Waiting {
  resolve(secret: StoredSecret): void;
  reject(error: SafebuildError): void;
}

/**
 * Prepares a thread that runs `entry`; it starts with the first request.
 *
 * In a thread, because SDKs print: warnings of their age, of credentials that compete, traces of requests when a variable
 * asks for them. Here that ends in streams that nobody reads, while the warnings of everyone else stay as they are. A thread
 * also has `env` as its whole `process.env`, and when it ends, every connection and timer of the SDK ends with it.
 */
export function sdkThread<Request>(
  entry: URL,
  env: Readonly<Record<string, string>>,
  store: string,
): SdkThread<Request> {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let ended: SafebuildError | undefined;
  let asked = 0;

  const rejectAll = (reason: SafebuildError) => {
    ended ??= reason;
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  };
  const start = () => {
    // NODE_OPTIONS holds for this process already, and some of it is an error in a thread
    const { NODE_OPTIONS: _, ...rest } = env;
    const started = new Worker(entry, {
      env: rest,
      workerData: rest,
      name: store,
      stdin: false,
      stdout: true,
      stderr: true,
    });
    // not read to no end: that would keep the process alive for as long as the thread lives
    started.stdout.destroy();
    started.stderr.destroy();
    started.on('message', ({ id, answer }: Told) => {
      const one = waiting.get(id);
      waiting.delete(id);
      if ('secret' in answer) one?.resolve(answer.secret);
      else one?.reject(new SafebuildError(answer.trouble.code, answer.trouble.message, { hint: answer.trouble.hint }));
      if (waiting.size === 0) started.unref();
    });
    // the error itself may quote what a server said
    started.on('error', () => rejectAll(broken(store)));
    started.on('exit', () => rejectAll(broken(store)));
    return started;
  };

  return {
    ask(request) {
      if (ended !== undefined) return Promise.reject(ended);
      worker ??= start();
      worker.ref();
      const id = asked++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker?.postMessage({ id, request } satisfies Asked<Request>);
      });
    },
    async end(reason) {
      rejectAll(reason);
      if (worker === undefined) return;
      // A thread that nobody waits for does not keep the process alive, and then its end is not always told (seen on Node 20
      // in one of eight runs): the process would end here, in the middle of its work.
      const awake = setInterval(() => undefined, awakeMs);
      await worker.terminate().finally(() => clearInterval(awake));
    },
  };
}

/** The file beside `from` that a thread runs: the source itself, or what is compiled from it. */
export function threadEntry(name: string, from: string): URL {
  return new URL(`./${name}${from.endsWith('.ts') ? '.ts' : '.js'}`, from);
}

function broken(store: string): SafebuildError {
  return new SafebuildError('SOURCE_FAILED', `The SDK of ${store} broke off`, {
    hint: 'Try again; if it stays so, install another version of the SDK.',
  });
}
