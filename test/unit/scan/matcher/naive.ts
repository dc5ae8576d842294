/** A told match, as a comparable text. */
export type Match = `${number}@${number}-${number}`;

/** Every occurrence of every needle, by one `indexOf` after the other. */
export function naiveSearch(needles: readonly Uint8Array[], bytes: Uint8Array): Match[] {
  const haystack = Buffer.from(bytes);
  const matches: Match[] = [];
  needles.forEach((needle, index) => {
    for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, at + 1)) {
      matches.push(`${index}@${at}-${at + needle.length}`);
    }
  });
  return matches.sort();
}
