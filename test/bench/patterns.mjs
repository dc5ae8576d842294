// Worthless values, and the spellings in which they are looked for.

export const secretValues = [
  'not-a-secret-7f3a91c2d4e8',
  'https://user:not-a-pass-2b8e@db.example.com/x',
  '7f3a91c2d4e8'.repeat(4),
];

/** `count` spellings of random tokens of 12 to 59 letters; only such as ripgrep can be given, a line each. */
export function patternsOf(needlesOf, count) {
  const random = randomNumbers();
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
  const all = [];
  while (all.length < count) {
    const token = Array.from({ length: 12 + random(48) }, () => letters[random(letters.length)]).join('');
    const printable = ({ bytes }) => bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
    all.push(...needlesOf(Buffer.from(token)).needles.filter(printable));
  }
  return all.slice(0, count);
}

/** The same numbers in every run (Numerical Recipes' linear congruential generator). */
function randomNumbers() {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
