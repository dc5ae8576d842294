/** One way to log in that a server offers. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  scheme: string;
  /** By name in lower case. */
  parameters: ReadonlyMap<string, string>;
}

// token, token68 and quoted-string of RFC 9110 §5.6 and §11.2.
const tokenAt = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const token68At = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const assignmentAt = /[ \t]*=[ \t]*/y;
const quotedAt = /"((?:[^"\\]|\\.)*)"/sy;
const betweenAt = /[ \t,]*/y;

/**
 * Takes a `WWW-Authenticate` header apart, in the server's order; several headers may be joined by commas.
 *
 * Commas separate challenges and parameters alike: a word is a parameter when `=` follows it, and a scheme otherwise. What
 * is no challenge ends the reading, and what came before it stands. Rule: RFC 9110 §11.6.1.
 */
export function parseChallenges(header: string | null): Challenge[] {
  const text = header ?? '';
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    at = pattern.lastIndex;
    return match;
  };
  for (take(betweenAt); at < text.length; take(betweenAt)) {
    const word = take(tokenAt)?.[0];
    if (word === undefined) break;
    const current = challenges.at(-1);
    if (current !== undefined && take(assignmentAt)) {
      const quoted = take(quotedAt);
      const value = quoted === undefined ? take(tokenAt)?.[0] : quoted[1]?.replace(/\\(.)/gs, '$1');
      if (value === undefined) break;
      // A name may stand once: the first is the one that any reader has seen.
      const name = word.toLowerCase();
      if (!current.parameters.has(name)) current.parameters.set(name, value);
      continue;
    }
    challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
    skipToken68();
  }
  return challenges;

  // `Negotiate YII=`: one value without a name. A word with a comma or the end behind it, so no parameter.
  function skipToken68(): void {
    const before = at;
    if (!take(/[ \t]+/y) || !take(token68At)) at = before;
  }
}
