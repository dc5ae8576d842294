import type { Trouble } from '../cloud/answer.ts';
import { networkTrouble } from '../cloud/network.ts';
import { peek } from '../cloud/peek.ts';

const store = 'GCP Secret Manager';

const noCredentials: Trouble = {
  code: 'SOURCE_FAILED',
  message: `There are no credentials that ${store} accepts`,
  hint: 'Run "gcloud auth application-default login", or set GOOGLE_APPLICATION_CREDENTIALS, and check the clock.',
};

/** Says in our own words what an error of the SDK means; `name` is `projects/P/secrets/N/versions/V`. */
export function gcpTrouble(error: unknown, name: string): Trouble {
  const failed = (message: string, hint: string): Trouble => ({ code: 'SOURCE_FAILED', message, hint });
  // numbers of google.rpc.Code; errors that are not of the API have a word here, or nothing
  switch (peek(error, 'code')) {
    case 3:
      return failed(`${store} does not accept the name or version of ${name}`, 'Check the reference.');
    case 4:
      return failed(
        `${store} did not answer in time, or had too many requests, also after waiting`,
        'Try again later.',
      );
    case 5:
      return {
        code: 'SECRET_MISSING',
        message: `${store} has no ${name}`,
        hint: 'Check project, name and version; a regional secret needs ?location=REGION.',
      };
    case 7:
      // it says this, too, of what does not exist, to those who may not know
      return failed(
        `${store} refused ${name}`,
        'Grant roles/secretmanager.secretAccessor on it, and check that the API is enabled in the project.',
      );
    case 8:
      return failed(`${store} had too many requests, also after waiting`, 'Try again later.');
    case 9:
      return failed(
        `${store} does not give ${name}: that version is disabled or destroyed`,
        'Enable it ("gcloud secrets versions enable"), or name another version.',
      );
    case 13:
    case 14:
      return failed(`${store} had a fault of its own`, 'Try again later.');
    case 16:
      return noCredentials;
    default:
      if (withoutCredentials(error)) return noCredentials;
      return (
        networkTrouble(error, store) ??
        failed(
          `${store} could not be asked for ${name}`,
          'Try "gcloud secrets versions access", which may quote the reason.',
        )
      );
  }
}

/**
 * No credentials were found, or a server that gives tokens refused them: the API's own refusals have a code.
 *
 * What was not found has only a text: that of google-auth-library's `GoogleAuthExceptionMessages.NO_ADC_FOUND`, and of a file
 * that GOOGLE_APPLICATION_CREDENTIALS names.
 */
function withoutCredentials(error: unknown): boolean {
  const status = Number(peek(error, 'response', 'status'));
  const refused = status >= 400 && status < 500 && status !== 407 && status !== 429;
  return refused || /default credentials|invalid_grant|or it is not a file/.test(String(peek(error, 'message')));
}
