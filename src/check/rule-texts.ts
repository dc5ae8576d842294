import { suggest } from '../config/index.ts';
import { rules } from '../rules/index.ts';
import { composeRules } from './compose/index.ts';
import { manifestRules } from './kubernetes/index.ts';

/** What a person can read about a rule. */
export interface RuleText {
  id: string;
  /** What it finds, in one line. */
  title: string;
  /** Its page, as Markdown. */
  explanation: string;
}

/** The rules of every kind of file, in groups with a heading. */
export const ruleGroups: readonly { heading: string; rules: readonly RuleText[] }[] = [
  { heading: 'Dockerfile', rules },
  { heading: 'compose file', rules: composeRules },
  { heading: 'Kubernetes manifest', rules: manifestRules },
];

/** Every rule. */
export const ruleTexts: readonly RuleText[] = ruleGroups.flatMap((group) => group.rules);

/** The rule with this id. */
export function ruleText(id: string): RuleText | undefined {
  return ruleTexts.find((rule) => rule.id === id);
}

/** The ids nearest to a word that is none: those that hold it, or else the one that it is a slip of. */
export function nearestRules(word: string): string[] {
  const ids = ruleTexts.map(({ id }) => id);
  const holding = word.length >= 3 ? ids.filter((id) => id.includes(word.toLowerCase())) : [];
  const slip = suggest(word, ids);
  return [...new Set([...(slip === undefined ? [] : [slip]), ...holding])];
}
