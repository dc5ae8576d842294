import type { ErrorCode } from '../../../errors.ts';

/** A value as a store gave it, before a field is chosen. */
export interface StoredSecret {
  value: Uint8Array;
  /** See `Fetched.version`. */
  version?: string;
  changed?: Date;
}

/**
 * Why a value could not be had, in words of our own.
 *
 * What a server or an SDK said is only looked at to tell the cases apart: it never becomes part of `message` or `hint`.
 */
export interface Trouble {
  code: Extract<ErrorCode, 'SECRET_MISSING' | 'SOURCE_FAILED'>;
  message: string;
  hint: string;
}

/** What comes back for one request. */
export type Answer = { secret: StoredSecret } | { trouble: Trouble };
