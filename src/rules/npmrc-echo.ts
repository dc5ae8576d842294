import type { Change, Finding } from '../finding.ts';
import type { Rule, RuleContext } from './context.ts';
import { type Carrier, flowOf } from './flow.ts';
import { asText, npmConfigWrites } from './npm-config.ts';
import { npmrcEchoPage } from './pages/npmrc-echo.ts';
import { at } from './place.ts';
import { type Run, runsOf, type Use } from './runs.ts';
import { type SecretVariable, secretVariables } from './scope.ts';

/** A RUN writes a token into a configuration file of npm's family. */
export const npmrcEcho: Rule = {
  id: 'npmrc-echo',
  title: 'A token is written into .npmrc or .yarnrc.yml',
  why: 'The file stays in the layer of the RUN that writes it, and when it is removed in the same RUN the token was still an ARG. npm, pnpm and yarn expand variables in these files when they read them, so the file can hold the name, and each RUN that installs gets the value as a secret mount.',
  explanation: npmrcEchoPage,
  check(context) {
    const { carriers } = flowOf(context);
    return runsOf(context.dockerfile).flatMap((run) => findings(context, run, carriers));
  },
};

function findings(context: RuleContext, run: Run, carriers: readonly Carrier[]): Finding[] {
  const writes = npmConfigWrites(run);
  return secretVariables(run, carriers).flatMap((found) => {
    const uses = found.mounted || found.derived ? [] : writes.filter(({ name }) => name === found.variable);
    return uses.length === 0 ? [] : [finding(context, run, found, uses)];
  });
}

function finding(context: RuleContext, run: Run, found: SecretVariable, uses: readonly Use[]): Finding {
  const { variable, secret } = found;
  const changes: Change[] = uses.map((use) => ({ kind: 'replace', range: use.range, text: asText(run, use) }));
  return {
    rule: npmrcEcho.id,
    level: 'error',
    secret,
    message: `The value of ${variable} is written into a configuration file of the image.`,
    remedy: `Write the text \${${variable}} instead: the tool expands it where the secret is mounted.`,
    location: at(context, run.index),
    fix: { title: `Write \${${variable}} as text.`, changes },
  };
}
