import { anchorBytes, foldable } from './foldable.ts';
import type { Form } from './form.ts';

const range = (first: string, count: number): string =>
  String.fromCharCode(...Array.from({ length: count }, (_, index) => first.charCodeAt(0) + index));
const [digits, upper, lower] = [range('0', 10), range('A', 26), range('a', 26)];

/** Adobe's (PostScript, PDF), ZeroMQ's Z85 (RFC 32/Z85), and git's and Python's b85 (RFC 1924). */
const alphabets = [
  range('!', 85),
  `${digits}${lower}${upper}.-:+=^!/*?&<>()[]{}@%$#`,
  `${digits}${upper}${lower}!#$%&()*+-;<=>?@^_\`{|}~`,
];

const groupBytes = 4;

/**
 * Base85, wherever the value starts inside a longer encoded text; one that is long enough also broken over lines.
 *
 * Four bytes make five characters, all of which depend on all four: only whole groups of the value are kept, at each of four
 * alignments.
 */
export const base85: Form = {
  name: 'base85',
  longestValue: 128,
  *encode(value) {
    for (const alphabet of alphabets) {
      for (let lead = 0; lead < groupBytes; lead += 1) {
        const text = groupsFrom(value, (groupBytes - lead) % groupBytes, alphabet);
        // a value of eight characters has one group at three of four places: that is too little to tell
        if (text.length >= anchorBytes) yield* foldable(text);
        else if (text.length > 5) yield { bytes: Buffer.from(text, 'latin1') };
      }
    }
  },
};

function groupsFrom(value: Buffer, start: number, alphabet: string): string {
  let text = '';
  for (let at = start; at + groupBytes <= value.length; at += groupBytes) {
    let number = value.readUInt32BE(at);
    let group = '';
    for (let place = 0; place < 5; place += 1) {
      group = alphabet[number % 85] + group;
      number = Math.floor(number / 85);
    }
    text += group;
  }
  return text;
}
