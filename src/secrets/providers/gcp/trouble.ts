import type { Trouble } from '../cloud/answer.ts';
import { networkTrouble } from '../cloud/network.ts';
import { peek } from '../cloud/peek.ts';

const store = 'GCP Secret Manager';

/** Says in our own words what an error of the SDK means; `name` is `projects/P/secrets/N/versions/V`. */
export function gcpTrouble(error: unknown, name: string): Trouble {
  const { status, reason } = readError(error);
  const failed = (message: string, hint: string): Trouble => ({ code: 'SOURCE_FAILED', message, hint });
  if (status === 404) {
    return {
      code: 'SECRET_MISSING',
      message: `${store} has no ${name}`,
      hint: 'Check project, name and version; a regional secret needs ?location=REGION.',
    };
  }
  if (status === 403) {
    // it says this, too, of what does not exist, to those who may not know
    return failed(
      `${store} refused ${name}`,
      'Grant roles/secretmanager.secretAccessor on it, and check that the Secret Manager API is enabled in the project.',
    );
  }
  if (status === 400 && reason === 'FAILED_PRECONDITION') {
    return failed(
      `${store} does not give ${name}: that version is disabled or destroyed`,
      'Enable it ("gcloud secrets versions enable"), or name another version.',
    );
  }
  if (status === 400 && reason === 'INVALID_ARGUMENT') {
    return failed(`${store} does not accept the name or version of ${name}`, 'Check the reference.');
  }
  if (status === 401 || withoutCredentials(error)) {
    return failed(
      `There are no credentials that ${store} accepts`,
      'Run "gcloud auth application-default login", or set GOOGLE_APPLICATION_CREDENTIALS, and check the clock.',
    );
  }
  if (status === 429) return failed(`${store} had too many requests, also after waiting`, 'Try again later.');
  if (status !== undefined && status >= 500) return failed(`${store} had a fault of its own`, 'Try again later.');
  return (
    networkTrouble(error, store) ??
    failed(
      `${store} could not be asked for ${name}`,
      'Try "gcloud secrets versions access", which may quote the reason.',
    )
  );
}

/** The HTTP status of an answer of Secret Manager itself, and the canonical code in it (google.rpc.Code). */
function readError(error: unknown): { status?: number; reason?: string } {
  const status = peek(error, 'response', 'status');
  // the server that gives tokens answers with 400 or 404 as well
  const asked = String(peek(error, 'response', 'config', 'url'));
  if (typeof status !== 'number' || !/\/secrets\/[^/]+\/versions\//.test(asked)) return {};
  const reason = peek(error, 'response', 'data', 'error', 'status');
  return { status, ...(typeof reason === 'string' ? { reason } : {}) };
}

/**
 * No credentials were found, or the server that gives tokens refused them.
 *
 * The first has no code, only a text: `GoogleAuthExceptionMessages.NO_ADC_FOUND` of google-auth-library.
 */
function withoutCredentials(error: unknown): boolean {
  const status = peek(error, 'response', 'status');
  return status === 400 || status === 401 || /default credentials|invalid_grant/.test(String(peek(error, 'message')));
}
