/** A file that is no text has a zero or another control character in its first bytes. */
const headBytes = 64;

/** Tab, line feed, form feed, carriage return, and the escape character of coloured logs. */
const allowed: readonly number[] = [0x09, 0x0a, 0x0c, 0x0d, 0x1b];
const isControl = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte < 0x20 && !allowed.includes(byte)) || byte === 0x7f ? 1 : 0,
);

/** Whether a stream that starts with these bytes may be text, in UTF-8 or in one of the eight-bit alphabets. */
export function isTextHead(head: Uint8Array): boolean {
  const end = Math.min(head.length, headBytes);
  for (let at = 0; at < end; at++) if (isControl[head[at]!] === 1) return false;
  return end > 0;
}

/** Whether all of these bytes are text in UTF-8; a character may be cut at their end. */
export function isUtf8Text(bytes: Uint8Array): boolean {
  if (!isTextHead(bytes)) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  return !text.slice(0, -1).includes('\ufffd');
}
