// Certificates and public keys of a bundle are left out: they are public, and stand in many images.
const privateBlock = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY[A-Z ]*)-----([\s\S]*?)-----END \1-----/g;

/** A break as a key file has it, or as a one-line value in `.env` spells it. */
const lineBreak = /(?:\\+[rn]|\s)+/;

/**
 * The base64 lines of every private key in `text` (RFC 7468), without headers such as `Proc-Type:`.
 *
 * Also of keys on one line, with `\n` for the line ends.
 */
export function privateKeyBodies(text: string): string[][] {
  return [...text.matchAll(privateBlock)].map((block) =>
    // Header lines end at the first empty line (RFC 1421 §4.4, RFC 4880 §6.2).
    withoutHeaders(block[2] ?? '')
      .split(lineBreak)
      .filter((part) => /^[A-Za-z0-9+/=]+$/.test(part)),
  );
}

function withoutHeaders(block: string): string {
  const parts = block.split(/(?:\r?\n|\\r\\n|\\n){2}/);
  return parts.length > 1 && parts[0]?.includes(':') ? parts.slice(1).join('\n') : block;
}
