const begin = /-----BEGIN ((?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?)-----/g;

/** One private key in a text. */
export interface PrivateKey {
  /** `RSA PRIVATE KEY`, `OPENSSH PRIVATE KEY`, … */
  label: string;
  start: number;
  /** From BEGIN through END as written. */
  text: string;
  /** The base64 body without line breaks and headers. */
  body: string;
}

/**
 * Every private key block in `text`, however its lines are broken: real newlines, `\n` in one line, a shell's or a
 * Dockerfile's `\` at line ends, quotes and indentation.
 *
 * Public keys and certificates are none. Format: RFC 7468.
 */
export function privateKeysIn(text: string): PrivateKey[] {
  const keys: PrivateKey[] = [];
  const withoutEnd = new Set<string>();
  let behind = 0;
  for (const match of text.matchAll(begin)) {
    const label = match[1] ?? '';
    // Behind one BEGIN without END of its label there is none for later ones; to look each time takes quadratic time.
    if (match.index < behind || withoutEnd.has(label)) continue;
    const bodyAt = match.index + match[0].length;
    const ending = `-----END ${label}-----`;
    const endAt = text.indexOf(ending, bodyAt);
    if (endAt < 0) {
      withoutEnd.add(label);
      continue;
    }
    behind = endAt + ending.length;
    const body = bodyOf(text.slice(bodyAt, endAt));
    keys.push({ label, start: match.index, text: text.slice(match.index, behind), body });
  }
  return keys;
}

/** The bytes that the body encodes; undefined when it is no base64. */
export function keyBytes(key: PrivateKey): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(key.body)) return undefined;
  return Buffer.from(key.body, 'base64');
}

function bodyOf(inner: string): string {
  const lines = inner.replace(/\\+[rn]/g, '\n').split(/\r?\n/);
  return (
    lines
      .map((line) => line.replace(/^[\s"'#]+|[\s"'\\,]+$/g, ''))
      // RFC 1421 headers (`Proc-Type: 4,ENCRYPTED`) and OpenPGP's checksum line are no part of the body.
      .filter((line) => line !== '' && !line.includes(':') && !/^=[A-Za-z0-9+/]{4}$/.test(line))
      .join('')
  );
}
