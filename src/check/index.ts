export { check } from './check.ts';
export { checkGithub } from './formats/github.ts';
export { checkJson } from './formats/json.ts';
export { checkSarif } from './formats/sarif.ts';
export { checkText } from './formats/text.ts';
export type { CheckedKind, CheckOptions, CheckResult } from './result.ts';
export { nearestRules, type RuleText, ruleGroups, ruleText, ruleTexts } from './rule-texts.ts';
