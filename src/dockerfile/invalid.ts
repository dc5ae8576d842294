import { SafebuildError } from '../errors.ts';

/**
 * The error for a Dockerfile that BuildKit would reject.
 *
 * `what` never quotes the line: a broken continuation can turn a secret into an "instruction".
 */
export function invalid(line: number, what: string): SafebuildError {
  return new SafebuildError('DOCKERFILE_INVALID', `Dockerfile line ${line}: ${what}`);
}
