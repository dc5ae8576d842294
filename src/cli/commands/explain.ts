import { nearestRules, ruleGroups, ruleText, ruleTexts } from '../../check/index.ts';
import { SafebuildError } from '../../errors.ts';
import { explainHelp } from '../help.ts';
import type { Io } from '../io.ts';

/** `safebuild explain [RULE]`; returns the exit code. */
export async function explainCommand(argv: readonly string[], io: Io): Promise<number> {
  const flag = argv.find((word) => word.startsWith('-'));
  if (flag === '--help' || flag === '-h') {
    await io.stdout.write(explainHelp);
    return 0;
  }
  const [word, ...others] = argv;
  if (flag !== undefined || others.length > 0) {
    throw new SafebuildError('USAGE', 'explain takes one rule, or nothing.', { hint: 'See safebuild explain --help.' });
  }
  if (word === undefined) {
    await io.stdout.write(ruleList());
    return 0;
  }
  const rule = ruleText(word);
  if (rule === undefined) {
    const near = nearestRules(word);
    throw new SafebuildError('USAGE', `There is no rule ${JSON.stringify(word)}.`, {
      hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'safebuild explain lists the rules.',
    });
  }
  await io.stdout.write(rule.explanation.endsWith('\n') ? rule.explanation : `${rule.explanation}\n`);
  return 0;
}

function ruleList(): string {
  const width = Math.max(...ruleTexts.map(({ id }) => id.length));
  const groups = ruleGroups.map(
    ({ heading, rules }) =>
      `${heading}:\n${rules.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}\n`).join('')}`,
  );
  return groups.join('\n');
}
