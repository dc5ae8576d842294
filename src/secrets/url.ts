/** The credentials of one URL, as written and decoded. */
export interface UrlCredentials {
  /** As written, still percent-encoded; empty for `https://token@host`. */
  user: string;
  password?: string;
  /** Offsets of the userinfo in the URL. */
  start: number;
  end: number;
}

// Not `new URL`: it refuses what drivers accept (several hosts, `[` in passwords), and it normalises what must be searched
// for as written. The userinfo ends at the last `@` before the path: passwords with an unescaped `@` are common.
const userinfo = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)+\/\/([^/\s?#]+)@(?=[^/\s?#@]*(?:[/?#\s]|$))/;
// An unescaped `/`, `?` or `#` in the password: `redis://:pa/ss@host`.
const looseUserinfo = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)+\/\/([^/\s:@]*:[^\s@]+)@(?=[\w[])/;

/** The userinfo of a URL, or undefined when it has none. */
export function urlCredentials(url: string): UrlCredentials | undefined {
  const match = userinfo.exec(url) ?? looseUserinfo.exec(url);
  const text = match?.[1];
  if (!match || text === undefined) return undefined;
  const start = match[0].length - 1 - text.length;
  const colon = text.indexOf(':');
  const found = { user: colon < 0 ? text : text.slice(0, colon), start, end: start + text.length };
  return colon < 0 ? found : { ...found, password: text.slice(colon + 1) };
}

/** Undoes percent-encoding; what is not valid stays as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const urlQuery = /^[A-Za-z][A-Za-z0-9+.-]*:[^?#]*[?#](.*)$/s;
// Azure hands its shared access signatures out without the URL, with the `?` or without, or behind their name.
const bareQuery = /^\s*(?:SharedAccessSignature\s+)?\??([\w.-]+=[^&\s]*(?:&[\w.-]+=[^&\s]*)+)\s*$/;

/** The `name=value` pairs of a URL's query and fragment, or of a query alone (two pairs at least), still encoded. */
export function queryPairs(url: string): { name: string; value: string }[] {
  const query = (urlQuery.exec(url) ?? bareQuery.exec(url))?.[1] ?? '';
  return query.split(/[&?#]/).flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals > 0 ? [{ name: percentDecoded(pair.slice(0, equals)), value: pair.slice(equals + 1) }] : [];
  });
}
