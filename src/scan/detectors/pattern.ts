import type { Anchor } from './anchors.ts';
import { notBehind } from './boundary.ts';
import type { Confidence, Detector } from './detector.ts';
import { isExample } from './example.ts';

/** One documented form of a token. */
export interface TokenPattern {
  id: string;
  title: string;
  source: string;
  confidence?: Confidence;
  anchors: readonly Anchor[];
  /** Not preceded (but for an escape) or followed by a letter, a digit or `_`; its group `body`, if any, is the part that is drawn by chance. */
  pattern: string;
}

/** Longer than any token of the list, with room for white space around it. */
const tokenReach = 1024;

/** The detector of tokens of one form. */
export function patternDetector({ pattern, confidence = 'high', ...facts }: TokenPattern): Detector {
  const whole = new RegExp(`${notBehind('A-Za-z0-9_')}(?:${pattern})(?![A-Za-z0-9_])`, 'gd');
  return {
    ...facts,
    confidence,
    behind: 320,
    reach: tokenReach,
    find: ({ text }) =>
      [...text.matchAll(whole)].flatMap((match) => {
        if (isExample(match.groups?.body ?? match[0])) return [];
        const [start, end] = match.indices?.groups?.body ?? [match.index, match.index + match[0].length];
        return [{ start, end }];
      }),
  };
}
