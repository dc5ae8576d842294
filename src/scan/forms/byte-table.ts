/** How each byte is written in some encoding, by its value; latin1, so that a byte above ASCII can stay what it is. */
export type ByteTable = readonly string[];

/** `write` answers nothing for a byte that stays as it is. */
export function byteTable(write: (byte: number, character: string) => string | undefined): ByteTable {
  return Array.from({ length: 256 }, (_, byte) => {
    const character = String.fromCharCode(byte);
    return write(byte, character) ?? character;
  });
}

/** The bytes of `value`, each as the table writes it. */
export function writeBytes(value: Uint8Array, table: ByteTable): Buffer {
  let text = '';
  for (const byte of value) text += table[byte];
  return Buffer.from(text, 'latin1');
}
