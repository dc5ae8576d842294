import type { Client, ResolveReferenceError } from '@1password/sdk';
import { SafebuildError } from '../../../errors.ts';
import { secretMissing, sourceFailed } from '../client/failures.ts';
import type { ProviderHost } from '../provider.ts';
import type { OnePasswordStore } from './reference.ts';

/** The part of `@1password/sdk` that is used here. */
export type Sdk = Pick<typeof import('@1password/sdk'), 'createClient'>;

/** The SDK, an optional peer; undefined where it is not installed. */
export async function loadSdk(): Promise<Sdk | undefined> {
  return import('@1password/sdk').catch(() => undefined);
}

/**
 * 1Password by its SDK, as a service account.
 *
 * References are resolved one by one with `resolveAll`, whose errors are of named types; those of `resolve` are texts.
 */
export function openSdk(host: ProviderHost, sdk: Sdk, token: string): OnePasswordStore {
  let client: Promise<Client> | undefined;
  return {
    fetch: async ({ reference }) => {
      client ??= connect(sdk, token);
      const resolved = client.then((opened) => opened.secrets.resolveAll([reference]));
      const { individualResponses } = await inTime(resolved, host.signal);
      const { content, error } = individualResponses[reference] ?? {};
      if (content !== undefined) return { value: Buffer.from(content.secret) };
      throw errorOf(error?.type);
    },
    close: async () => undefined,
  };
}

function connect(sdk: Sdk, auth: string): Promise<Client> {
  return sdk.createClient({ auth, integrationName: 'safebuild', integrationVersion: 'v1' });
}

/** The SDK takes no signal, and its errors are texts that may say anything. */
async function inTime<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    stop = () => reject(sourceFailed('1Password did not answer in time', 'See whether 1Password works.'));
  });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    throw error instanceof SafebuildError ? error : failureOf(error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function failureOf(error: unknown): SafebuildError {
  const text = error instanceof Error ? `${error.constructor.name} ${error.message}` : '';
  if (/RateLimit/.test(text)) {
    return sourceFailed('1Password has had too many requests', 'Wait a while and try again.');
  }
  if (/service account|invalid user input|AuthExpired|unauthori[sz]ed|forbidden/i.test(text)) {
    const hint = 'Put a token that is valid into OP_SERVICE_ACCOUNT_TOKEN.';
    return sourceFailed('1Password does not accept the service account', hint);
  }
  return sourceFailed(
    '1Password cannot be reached',
    'See that the network or proxy lets you through to 1password.com.',
  );
}

function errorOf(type: ResolveReferenceError['type'] | undefined): SafebuildError {
  switch (type) {
    case 'vaultNotFound':
      return secretMissing('1Password has no such vault, or the service account may not see it', rightReference);
    case 'itemNotFound':
      return secretMissing('1Password has no such item in the vault', rightReference);
    case 'fieldNotFound':
    case 'noMatchingSections':
      return secretMissing('1Password has no such section or field in the item', rightReference);
    case 'tooManyVaults':
    case 'tooManyItems':
    case 'tooManyMatchingFields':
      return sourceFailed('1Password has several that fit the reference', 'Write ids in place of names.');
    case 'unsupportedFileFormat':
      return sourceFailed('The SDK of 1Password reads text files only', 'Install the op command in its place.');
    default:
      return sourceFailed('1Password does not resolve the reference', rightReference);
  }
}

const rightReference = 'Copy the reference from the app: right-click the field, Copy Secret Reference.';
