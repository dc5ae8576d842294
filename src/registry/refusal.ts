import type { Response } from 'undici';
import { SafebuildError } from '../errors.ts';
import type { ImageReference } from './reference.ts';

/** What is to be done at a registry. */
export type Access = 'pull' | 'push';

/** A failure in the terms of what was to be done: who only wanted to read could not verify, and published nothing. */
export function toldFor(access: Access, error: unknown): unknown {
  if (access === 'push' || !(error instanceof SafebuildError) || error.code !== 'PUBLISH_FAILED') return error;
  const { message, hint, cause } = error;
  return new SafebuildError('SCAN_INCOMPLETE', message, { cause, ...(hint === undefined ? {} : { hint }) });
}

// A registry's own words are never shown: it may quote the request, Authorization and all, in an error.

/** A failure that may pass by itself. Its message is for people and holds nothing that came over the wire. */
export class Unavailable extends Error {}

/** Whether a later try of the same request may go well. */
export function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

/** Whether a failure is one of names or certificates, which no later try mends. */
export function isLasting(error: unknown): boolean {
  return /^ENOTFOUND$|CERT|SSL|TLS|VERIFY/.test(codeOf(error) ?? '');
}

export function interrupted({ host }: ImageReference): SafebuildError {
  return new SafebuildError('INTERRUPTED', `Interrupted while waiting for ${host}.`);
}

export function noAnswer({ host }: ImageReference, error: unknown): SafebuildError {
  const reason = error instanceof Unavailable ? error.message : codeOf(error);
  return new SafebuildError('PUBLISH_FAILED', `The registry ${host} does not answer${reason ? `: ${reason}` : ''}.`, {
    hint: 'Check the name, the network and HTTPS_PROXY; for a private certificate set NODE_EXTRA_CA_CERTS.',
  });
}

export function withoutTls({ host }: ImageReference): SafebuildError {
  return new SafebuildError('PUBLISH_FAILED', `${host} leads to a place without TLS.`, {
    hint: 'Ask whoever runs the registry to let it know its own https address.',
  });
}

/** The status, and the code where the registry gives one (distribution-spec 1.1, "Error Codes"). */
export async function refused(reference: ImageReference, method: string, response: Response): Promise<SafebuildError> {
  const code = /"code"\s*:\s*"([A-Z_]{1,40})"/.exec(await beginningOf(response))?.[1];
  const why = code === undefined ? `${response.status}` : `${response.status} ${code}`;
  const lacksRights = response.status === 401 || response.status === 403;
  return new SafebuildError(
    'PUBLISH_FAILED',
    `${reference.host} refused ${method} for ${reference.repository}: ${why}.`,
    {
      hint: lacksRights
        ? `Run docker login ${reference.host}, or ask for rights to ${reference.repository}.`
        : 'Try again later.',
    },
  );
}

const longestErrorBytes = 64 * 1024;

async function beginningOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array);
      bytes += (chunk as Uint8Array).length;
      if (bytes > longestErrorBytes) break;
    }
  } catch {
    // A broken connection behind the status changes nothing about the refusal.
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `ECONNREFUSED`, `DEPTH_ZERO_SELF_SIGNED_CERT`: fetch keeps it one level down. */
function codeOf(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  const found = cause?.code ?? code;
  return typeof found === 'string' && /^[A-Z][A-Z0-9_]+$/.test(found) ? found : undefined;
}
