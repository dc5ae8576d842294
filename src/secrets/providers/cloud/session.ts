import { SafebuildError } from '../../../errors.ts';
import type { Fetched, ProviderHost, ProviderSession } from '../provider.ts';
import type { StoredSecret } from './answer.ts';
import { chooseField, type Field, type NoField } from './field.ts';
import { sdkThread } from './thread.ts';

/** What a reference asks for. */
export interface Wanted<Request> {
  /** Plain data: it goes to the thread. Equal ones are asked once. */
  request: Request;
  /** For messages: `prod/db`. */
  name: string;
  field: Field | undefined;
  /** Takes the line ends off the end: vals' `trim_nl`. */
  trimmed?: boolean;
}

/** How the references to one store are read and answered. */
export interface CloudStore<Request> {
  name: string;
  entry: URL;
  /** What the SDK sees as its environment; without it, that of the invocation. */
  environment?(env: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  /** Throws `CONFIG_INVALID`. */
  wanted(reference: string): Wanted<Request>;
}

/**
 * One build's use of a cloud's store: several fields of one secret cost one request, and are of one version.
 *
 * The SDK itself tries again what was throttled. Aborting the host's signal ends everything at once.
 */
export function cloudSession<Request>(host: ProviderHost, store: CloudStore<Request>): ProviderSession {
  const env = definedOnly(host.env);
  const thread = sdkThread<Request>(store.entry, store.environment?.(env) ?? env, store.name);
  const stored = new Map<string, Promise<StoredSecret>>();
  const giveUp = () => void thread.end(gaveUp(host.signal, store.name));
  host.signal.addEventListener('abort', giveUp, { once: true });
  if (host.signal.aborted) giveUp();

  return {
    async fetch(reference) {
      const { request, name, field, trimmed = false } = store.wanted(reference);
      const key = JSON.stringify(request);
      const asked = stored.get(key) ?? thread.ask(request);
      stored.set(key, asked);
      const secret = await asked;
      const chosen = field === undefined ? Buffer.from(secret.value) : chooseField(secret.value, field);
      if (typeof chosen === 'string') throw noField(chosen, field?.text ?? '', name, store.name);
      return { ...secret, value: trimmed ? withoutLineEnds(chosen) : chosen } satisfies Fetched;
    },
    async close() {
      host.signal.removeEventListener('abort', giveUp);
      await thread.end(new SafebuildError('SOURCE_FAILED', `${store.name} was closed while it was asked`));
      for (const secret of await Promise.allSettled(stored.values())) {
        if (secret.status === 'fulfilled') secret.value.value.fill(0);
      }
      stored.clear();
    },
  };
}

function definedOnly(env: ProviderHost['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function gaveUp(signal: AbortSignal, store: string): SafebuildError {
  if (signal.reason instanceof SafebuildError) return signal.reason;
  return new SafebuildError('SOURCE_FAILED', `${store} had not answered when the build gave up`, {
    hint: 'Check the network and its proxy, and try again.',
  });
}

const whys: Readonly<Record<NoField, string>> = {
  absent: 'has no such field, or it is null',
  'not one value': 'holds more than one value there',
  inexact: 'holds a number there that cannot be read to its last digit',
  'not structured': 'is neither a JSON nor a YAML object',
};

function noField(why: NoField, field: string, name: string, store: string): SafebuildError {
  return new SafebuildError('SECRET_MISSING', `There is no field ${field}: ${name} of ${store} ${whys[why]}`, {
    hint: 'Write #field or #/outer/inner as the value has it, or leave the fragment away for the whole value.',
  });
}

function withoutLineEnds(value: Buffer): Buffer {
  let end = value.length;
  while (end > 0 && (value[end - 1] === 0x0a || value[end - 1] === 0x0d)) end--;
  return value.subarray(0, end);
}
