import { SafebuildError } from '../../../errors.ts';

/** A store that does not give a value although it may have it; `hint` is one imperative sentence. */
export function sourceFailed(message: string, hint: string, cause?: unknown): SafebuildError {
  return new SafebuildError('SOURCE_FAILED', message, { hint, cause });
}

/** A store that answers that it has no such thing. */
export function secretMissing(message: string, hint: string): SafebuildError {
  return new SafebuildError('SECRET_MISSING', message, { hint });
}

/** The error of an answer that is neither success nor a special case of the store; nothing of its body is quoted. */
export function refusal(name: string, status: number, hints: { login: string; permission: string }): SafebuildError {
  if (status === 401) return sourceFailed(`${name} does not accept the login`, hints.login);
  if (status === 403) return sourceFailed(`${name} refuses access`, hints.permission);
  if (status === 429) return sourceFailed(`${name} has had too many requests`, 'Wait a minute and try again.');
  const known = status >= 500 ? 'answers with an error' : 'answers in a way that is not known';
  return sourceFailed(`${name} ${known} (${status})`, `See that ${name} works and that its address is right.`);
}
