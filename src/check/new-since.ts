import type { Found } from './result.ts';

/**
 * Those of `now` that are not in `before`, compared by rule, secret, message and text, and never by line.
 *
 * Where the same text stands once more than before, one of its findings is new.
 */
export function newSince(before: readonly Found[], now: readonly Found[]): Found[] {
  const left = new Map<string, number>();
  for (const found of before) left.set(keyOf(found), (left.get(keyOf(found)) ?? 0) + 1);
  return now.filter((found) => {
    const count = left.get(keyOf(found)) ?? 0;
    left.set(keyOf(found), count - 1);
    return count <= 0;
  });
}

function keyOf({ finding: { rule, secret, level, message }, anchor }: Found): string {
  const words = message.replace(/\blines? \d+(?:(?:,| and) \d+)*/g, 'lines');
  return JSON.stringify([rule, level, secret, words, anchor]);
}
