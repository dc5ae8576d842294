import type { Trouble } from '../cloud/answer.ts';
import { networkTrouble } from '../cloud/network.ts';
import { peek } from '../cloud/peek.ts';

/** What was asked for, in words. */
export interface AskedOfAws {
  /** `AWS Secrets Manager`. */
  store: string;
  /** `secret`, `parameter`. */
  what: string;
  /** Name or ARN, as in the reference. */
  id: string;
  region: string;
  /** The permission that the call needs: `secretsmanager:GetSecretValue`. */
  permission: string;
}

interface Case {
  /** Names of the SDK's exceptions, or codes of AWS's common errors. */
  names: readonly string[];
  code?: Trouble['code'];
  message(asked: AskedOfAws): string;
  hint(asked: AskedOfAws): string;
}

// Source: API references of GetSecretValue and GetParameter, "Errors", and their page "Common Errors"
const cases: readonly Case[] = [
  {
    names: ['ResourceNotFoundException', 'ParameterNotFound', 'ParameterVersionNotFound'],
    code: 'SECRET_MISSING',
    message: ({ store, what, id, region }) => `${store} has no ${what} ${id} in ${region}, or not in that version`,
    hint: () => 'Check name, region and account: "aws sts get-caller-identity" tells whose credentials are used.',
  },
  {
    names: ['AccessDeniedException', 'AccessDenied', 'NotAuthorized', 'OptInRequired'],
    message: ({ store, what, id, region }) => `${store} refused the ${what} ${id} in ${region}`,
    hint: ({ permission }) => `Allow ${permission} on it, and kms:Decrypt on its key if that is one of your own.`,
  },
  {
    names: ['DecryptionFailure', 'DecryptionFailureException', 'InvalidKeyId', 'KMSInvalidStateException'],
    message: ({ store, what, id, region }) => `${store} could not decrypt the ${what} ${id} in ${region}`,
    hint: () => 'Check that the KMS key of it is enabled, and that kms:Decrypt on that key is allowed.',
  },
  {
    names: ['InvalidRequestException'],
    message: ({ store, what, id, region }) => `The ${what} ${id} of ${store} in ${region} is not in use`,
    hint: () => 'It may be marked for deletion: "aws secretsmanager restore-secret" undoes that.',
  },
  {
    names: [
      ['CredentialsProviderError', 'TokenProviderError', 'ProviderError'],
      ['UnrecognizedClientException', 'InvalidClientTokenId', 'InvalidSignatureException', 'SignatureDoesNotMatch'],
      [
        'ExpiredToken',
        'ExpiredTokenException',
        'RequestExpired',
        'IncompleteSignature',
        'IncompleteSignatureException',
      ],
      ['MissingAuthenticationToken', 'MissingAuthenticationTokenException', 'UnauthorizedException', 'AuthFailure'],
    ].flat(),
    message: ({ store, region }) => `There are no credentials that ${store} in ${region} accepts`,
    hint: () => 'Log in ("aws sso login"), or set AWS_PROFILE, and check the clock of this machine.',
  },
  {
    names: ['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'LimitExceededException', 'SlowDown'],
    message: ({ store, region }) => `${store} in ${region} had too many requests, also after waiting`,
    hint: () => 'Try again later, or set AWS_MAX_ATTEMPTS to try more often.',
  },
  {
    names: ['InternalServiceError', 'InternalServerError', 'InternalFailure', 'ServiceUnavailable'],
    message: ({ store, region }) => `${store} in ${region} had a fault of its own`,
    hint: () => 'Try again later.',
  },
  {
    names: ['InvalidParameterException', 'ValidationException', 'ValidationError', 'UnsupportedParameterType'],
    message: ({ store, what, id, region }) =>
      `${store} in ${region} does not accept the name or version of ${what} ${id}`,
    hint: () => 'Check the reference.',
  },
];

/** Says in our own words what an error of the SDK means. */
export function awsTrouble(error: unknown, asked: AskedOfAws): Trouble {
  const name = String(peek(error, 'name'));
  const known = cases.find(({ names }) => names.includes(name)) ?? byStatus(error);
  if (known !== undefined) {
    return { code: known.code ?? 'SOURCE_FAILED', message: known.message(asked), hint: known.hint(asked) };
  }
  return (
    networkTrouble(error, `${asked.store} in ${asked.region}`) ?? {
      code: 'SOURCE_FAILED',
      message: `${asked.store} in ${asked.region} could not be asked for the ${asked.what} ${asked.id}`,
      hint: 'Try the same with the "aws" command, which may quote the reason.',
    }
  );
}

function byStatus(error: unknown): Case | undefined {
  const status = Number(peek(error, '$metadata', 'httpStatusCode'));
  const name = status === 429 ? 'ThrottlingException' : status >= 500 ? 'InternalServerError' : undefined;
  return cases.find(({ names }) => name !== undefined && names.includes(name));
}
