/** Whether the bytes are one ASN.1 SEQUENCE and nothing else, as every PKCS #1, PKCS #8 and SEC 1 key is. X.690, 8.1. */
export function isOneSequence(bytes: Uint8Array): boolean {
  const first = bytes[1] ?? 0;
  if (bytes[0] !== 0x30) return false;
  if (first < 0x80) return bytes.length === 2 + first;
  const sizeBytes = first & 0x7f;
  if (sizeBytes < 1 || sizeBytes > 3) return false;
  let size = 0;
  for (let at = 2; at < 2 + sizeBytes; at++) size = size * 256 + (bytes[at] ?? 0);
  return bytes.length === 2 + sizeBytes + size;
}

const opensshMagic = 'openssh-key-v1\0';

/** Name of the cipher of an OpenSSH key (`none` without a passphrase); undefined when it is not whole. PROTOCOL.key, 1. */
export function opensshCipher(bytes: Buffer): string | undefined {
  if (bytes.toString('latin1', 0, opensshMagic.length) !== opensshMagic) return undefined;
  let at = opensshMagic.length;
  const fields: string[] = [];
  // cipher, kdf, kdf options, [number of keys], public key, private part
  for (let field = 0; field < 5; field++) {
    if (field === 3) at += 4;
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    fields.push(bytes.toString('latin1', at + 4, end));
    at = end;
  }
  return fields[0];
}

/** Whether an OpenPGP message begins with a secret key. RFC 4880, 4.2 and 5.5.1.3: packet tag 5. */
export function startsWithSecretKeyPacket(bytes: Uint8Array): boolean {
  const header = bytes[0] ?? 0;
  return (header & 0xc0) === 0xc0 ? (header & 0x3f) === 5 : (header & 0x80) !== 0 && ((header >> 2) & 0x0f) === 5;
}
