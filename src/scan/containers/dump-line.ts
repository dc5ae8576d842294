/** How od -c writes bytes that have no letter; all others are octal. */
const escapes = new Map([
  ['\\0', 0],
  ['\\a', 7],
  ['\\b', 8],
  ['\\t', 9],
  ['\\n', 10],
  ['\\v', 11],
  ['\\f', 12],
  ['\\r', 13],
]);

/** `00000010: 6e6f 742d  no t-`: pairs in the order of the bytes, then what they are in ASCII. */
const xxd = /^[0-9a-f]{6,16}: ([0-9a-f]+(?: [0-9a-f]+)*)(?: {2}|$)/i;
/** An address, and what is behind it; before the text between bars of `hexdump -C`, or between `>` and `<` of `od -t x1z`. */
const others = /^[0-9a-f]{6,16}((?: +\S+)*?) *(?:[|>].{0,32}[|<])?\r?$/i;
/** One of the columns of `od -c`. */
const letter = /^ (?: {2}[ -~]| \\.|\d{3})$/;
/** No line of a dump is longer. */
const longestLine = 512;

/** The bytes that a line of a dump shows; undefined for one that shows none. */
export function dumpedBytes(line: string): Buffer | undefined {
  if (line.length > longestLine) return undefined;
  const pairs = xxd.exec(line.trimEnd())?.[1];
  if (pairs !== undefined) return Buffer.from(pairs.replaceAll(' ', ''), 'hex');
  const words = others.exec(line)?.[1]?.trim().split(/ +/) ?? [];
  if (words.length === 0 || words[0] === '') return undefined;
  if (words.every((word) => /^[0-9a-f]{2}$/i.test(word))) return Buffer.from(words.join(''), 'hex');
  if (words.every((word) => /^[0-9a-f]{4}$/i.test(word))) return numbers(words, 16);
  if (words.every((word) => /^[0-7]{6}$/.test(word))) return numbers(words, 8);
  if (words.every((word) => /^[0-7]{3}$/.test(word))) return Buffer.from(words.map((word) => Number.parseInt(word, 8)));
  return lettersOf(line.replace(/[\r\n]+$/, ''));
}

/** Numbers of two bytes, as a machine with little-endian order shows them. */
function numbers(words: readonly string[], radix: number): Buffer {
  const bytes = Buffer.alloc(2 * words.length);
  words.forEach((word, index) => void bytes.writeUInt16LE(Number.parseInt(word, radix) & 0xffff, 2 * index));
  return bytes;
}

/** Each byte takes four characters. */
function lettersOf(line: string): Buffer | undefined {
  const columns = line.replace(/^[0-9a-f]{6,16}/i, '').match(/.{1,4}/g) ?? [];
  if (columns.length === 0 || !columns.every((column) => letter.test(column))) return undefined;
  return Buffer.from(
    columns.map((column) => {
      const word = column.slice(-3).trim();
      return escapes.get(word) ?? (word.length === 3 ? Number.parseInt(word, 8) & 0xff : column.charCodeAt(3));
    }),
  );
}
