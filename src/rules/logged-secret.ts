import { shellAt } from '../dockerfile/index.ts';
import type { Finding } from '../finding.ts';
import { partOf } from './carry.ts';
import type { Rule, RuleContext } from './context.ts';
import { flowOf } from './flow.ts';
import { givesValue } from './output.ts';
import { loggedSecretPage } from './pages/logged-secret.ts';
import { at } from './place.ts';
import { type Command, inside, type Run, runsOf } from './runs.ts';
import { type SecretVariable, secretVariables } from './scope.ts';

/** A RUN writes a secret into the log of the build. */
export const loggedSecret: Rule = {
  id: 'logged-secret',
  title: 'A step prints a secret into the build log',
  why: 'BuildKit prints what a step prints, and a shell with -x prints each command with its variables replaced. Logs of CI systems are kept for months and can often be read by more people than the registry. safebuild masks the values in what it shows; docker build does not.',
  explanation: loggedSecretPage,
  advice: true,
  check(context) {
    const { carriers } = flowOf(context);
    return runsOf(context.dockerfile).flatMap((run) =>
      secretVariables(run, carriers).flatMap((held) => findings(context, run, held)),
    );
  },
};

function findings(context: RuleContext, run: Run, { variable, secret }: SecretVariable): Finding[] {
  const uses = run.uses.filter((use) => use.name === variable && givesValue(run, use));
  const base = { rule: loggedSecret.id, level: 'note' as const, secret, location: at(context, run.index) };
  const printer = run.commands.find((command) => prints(run, command, uses));
  if (printer) {
    return [{ ...base, message: `${printer.program} prints ${variable} into the build log.`, remedy: 'Remove it.' }];
  }
  if (uses.length === 0 || !isTraced(context, run, uses)) return [];
  return [
    {
      ...base,
      message: `The shell prints its commands (-x), and with them the value of ${variable}.`,
      remedy: 'Leave -x away in this step.',
    },
  ];
}

/** `echo $TOKEN`, `env`: the whole part of the list is the command, and its output goes nowhere else. */
function prints(run: Run, command: Command, uses: Run['uses']): boolean {
  const part = partOf(run, command);
  if (part === undefined || run.redirects.some(({ range }) => inside(range, run.parts[part]!.range))) return false;
  if (/^(?:env|printenv)$/.test(command.program)) return command.args.length === 0;
  return /^(?:echo|printf)$/.test(command.program) && uses.some(({ range }) => inside(range, command.range));
}

function isTraced(context: RuleContext, run: Run, uses: Run['uses']): boolean {
  if (shellAt(context.dockerfile, run.instruction).some((word) => traces(word))) return true;
  return run.commands.some(({ program, args, range }) => {
    if (program === 'set') return args.some((arg) => traces(arg) || arg === 'xtrace');
    const isShell = /^(?:ba|da|a|z|k)?sh$/.test(program);
    return isShell && args.some(traces) && uses.some((use) => inside(use.range, range));
  });
}

/** `-x`, `-exc`. */
function traces(option: string): boolean {
  return /^-[a-z]*x[a-z]*$/.test(option);
}
