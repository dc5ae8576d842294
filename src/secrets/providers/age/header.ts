// https://c2sp.org/age: a version line, then stanzas, each a line that begins with "-> TYPE"
const version = 'age-encryption.org/v1';
const armor = '-----BEGIN AGE ENCRYPTED FILE-----';

/** Whether a file is one of age, binary or armored. */
export function isAgeFile(content: Buffer): boolean {
  return headerOf(content).startsWith(`${version}\n`);
}

/** Whether a file of age is encrypted with a passphrase: then its one stanza is of this type. */
export function needsPassphrase(content: Buffer): boolean {
  return headerOf(content).startsWith(`${version}\n-> scrypt `);
}

/** The beginning of the header as text: its first stanza's type lies within the first 48 bytes. */
function headerOf(content: Buffer): string {
  const start = content.subarray(0, 1024).toString('latin1').trimStart();
  if (!start.startsWith(armor)) return start;
  return Buffer.from(start.slice(armor.length), 'base64').toString('latin1');
}
