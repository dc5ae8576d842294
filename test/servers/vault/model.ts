/** One request, as far as the stand-in looks at it. */
export interface Request {
  method: string;
  /** Behind `/v1/`, decoded, without the query. */
  path: string;
  query: URLSearchParams;
  token: string | undefined;
  namespace: string | undefined;
  /** `X-Vault-Wrap-TTL`. */
  wrapTtl: string | undefined;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Record<string, unknown>;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent in place of `body`. */
  raw?: string;
}

/** A token of the store. */
export interface Token {
  id: string;
  /** Ends in `/`; the root namespace is empty. */
  namespace: string;
  policies: readonly string[];
  accessor: string;
}

/** A lease, until it is revoked. */
export interface Lease {
  id: string;
  token: string;
}

/** What an engine sees of the server. */
export interface Keeper {
  /** Makes a token, as every login does; gives the `auth` of the answer. */
  grant(namespace: string, policies: unknown): Record<string, unknown>;
  lend(prefix: string, token: string): Lease;
}

/** An engine or a method of login, mounted somewhere. */
export interface Backend {
  type: string;
  options: Record<string, string> | null;
  /** `path` is behind the mount. Undefined: there is no such operation (405). */
  handle(
    request: Request,
    path: string,
    keeper: Keeper,
    at: { mount: string; namespace: string },
  ): Reply | undefined | Promise<Reply | undefined>;
  /** Paths that need no token. */
  open?(path: string): boolean;
}

/** The frame around every answer with data (API docs, "Reading a secret"). */
export function ok(fields: Record<string, unknown>): Reply {
  const frame = { request_id: 'r', lease_id: '', renewable: false, lease_duration: 0, data: null };
  return { status: 200, body: { ...frame, wrap_info: null, warnings: null, auth: null, ...fields } };
}

/** The frame of every refusal (API docs, "Error response"). */
export function refused(status: number, ...errors: string[]): Reply {
  return { status, body: { errors } };
}

export const done: Reply = { status: 204 };

/** A list that may be written as one text with commas, as Vault takes it. */
export function listOf(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : value.split(',');
  return Array.isArray(value) ? value.map(String) : [];
}
