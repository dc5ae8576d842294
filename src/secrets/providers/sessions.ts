import { SafebuildError } from '../../errors.ts';
import type { Fetched, ProviderHost, ProviderSession } from './provider.ts';
import { providerFor } from './providers.ts';
import { createRunner } from './run.ts';

/** What is lent must be given back, but a server that does not answer may not keep a build from ending. */
const closingMs = 10_000;

export interface SessionsOptions {
  env: ProviderHost['env'];
  home: string;
  /** Aborted on Ctrl-C. */
  signal: AbortSignal;
  settings: ProviderHost['settings'];
  deadlineMs: number;
  notReturned?: ProviderHost['notReturned'];
  /** Default: the providers by their schemes. */
  find?: typeof providerFor;
}

/** The sessions of one build: each provider is opened once, each reference is fetched once. */
export interface Sessions {
  /**
   * Gets one value; relative paths of the reference start at `folder`.
   *
   * Throws what the provider throws, `SOURCE_FAILED` when the deadline is over, and `INTERRUPTED`.
   */
  fetch(reference: string, folder: string): Promise<Fetched>;
  /** Ends the time in which values may be fetched; what is open stays open. */
  settled(): void;
  /** Closes every session, each for a few seconds at most. Never throws. */
  close(): Promise<void>;
}

/** Gets ready to fetch; the time of the deadline runs from the first `fetch`. */
export function createSessions(options: SessionsOptions): Sessions {
  const { env, home, signal, settings, deadlineMs, notReturned, find = providerFor } = options;
  const fetching = new AbortController();
  const stop = AbortSignal.any([signal, fetching.signal]);
  const opened = new Map<string, Promise<ProviderSession>>();
  const values = new Map<string, Promise<Fetched>>();
  let timer: NodeJS.Timeout | undefined;
  let closing = false;

  const open = async (reference: string, folder: string): Promise<ProviderSession> => {
    const entry = find(reference);
    const provider = await entry.load();
    // Nobody would close it any more.
    if (closing) throw new SafebuildError('SOURCE_FAILED', 'the build was over before it was asked');
    const key = `${provider.name}\0${folder}`;
    const session = opened.get(key) ?? Promise.resolve(provider.open(host(folder)));
    opened.set(key, session);
    provider.check(reference);
    return session;
  };
  const host = (cwd: string): ProviderHost => ({
    cwd,
    env,
    home,
    signal: stop,
    settings,
    ...(notReturned === undefined ? {} : { notReturned }),
    run: createRunner({ cwd, env, signal: () => (closing ? AbortSignal.timeout(closingMs) : stop) }),
  });
  return {
    fetch(reference, folder) {
      timer ??= setTimeout(() => fetching.abort(), deadlineMs);
      const key = `${folder}\0${reference}`;
      const value =
        values.get(key) ??
        beforeAbort(
          stop,
          open(reference, folder).then((session) => session.fetch(reference)),
          () => ended(signal, deadlineMs),
        );
      values.set(key, value);
      return value;
    },
    settled: () => clearTimeout(timer),
    async close() {
      clearTimeout(timer);
      closing = true;
      const sessions = await Promise.allSettled(opened.values());
      await Promise.all(
        sessions.map(async (session) => {
          if (session.status === 'fulfilled') await within(closingMs, session.value.close());
        }),
      );
    },
  };
}

function ended(signal: AbortSignal, deadlineMs: number): SafebuildError {
  if (signal.aborted) return new SafebuildError('INTERRUPTED', 'Interrupted while secrets were fetched.');
  return new SafebuildError('SOURCE_FAILED', `it did not answer within ${deadlineMs / 1000} s`, {
    hint: 'Check that it can be reached; sources: deadline: in safebuild.yaml gives it more time.',
  });
}

/** The promise, or a refusal as soon as the signal is aborted: a provider may not hear of it. */
async function beforeAbort<T>(signal: AbortSignal, work: Promise<T>, why: () => SafebuildError): Promise<T> {
  if (signal.aborted) {
    work.catch(() => undefined);
    throw why();
  }
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(why());
    signal.addEventListener('abort', onAbort, { once: true });
    work
      .then(resolve, (error: unknown) => reject(signal.aborted ? why() : error))
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Waits for the work, but not longer; a failure counts as an end. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
