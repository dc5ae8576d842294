const block = /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?)-----([\s\S]*?)-----END \1-----/g;

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
  return [...text.matchAll(block)].map((match) => ({
    label: match[1] ?? '',
    start: match.index,
    text: match[0],
    body: bodyOf(match[2] ?? ''),
  }));
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
