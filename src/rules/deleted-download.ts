import type { Finding } from '../finding.ts';
import type { Rule, RuleContext } from './context.ts';
import { flowOf } from './flow.ts';
import { deletedDownloadPage } from './pages/deleted-download.ts';
import { at, inImage, instructionsAfter, linesOf } from './place.ts';
import { type Command, type Run, runOf, runsOf } from './runs.ts';
import { secretVariables } from './scope.ts';
import { deletes, pathAt } from './upkeep.ts';

/** What was fetched with a secret is deleted in a later layer only. */
export const deletedDownload: Rule = {
  id: 'deleted-download',
  title: 'A private download is deleted in a later layer only',
  why: 'What needs a credential to be fetched is seldom meant for everybody. A file that a later RUN removes is still in the layer of the RUN that fetched it, for everyone who can pull the image, and it makes the image larger.',
  explanation: deletedDownloadPage,
  advice: true,
  check(context) {
    const { carriers } = flowOf(context);
    return runsOf(context.dockerfile).flatMap((run) => {
      const [held] = secretVariables(run, carriers).filter(({ variable }) =>
        run.uses.some(({ name }) => name === variable),
      );
      const stage = context.dockerfile.stages[run.instruction.stage ?? -1];
      if (!held || !stage || !inImage(context, stage)) return [];
      return run.commands.flatMap((command) => finding(context, run, command, held.secret));
    });
  },
};

function finding(context: RuleContext, run: Run, command: Command, secret: string): Finding[] {
  const file = downloaded(command);
  if (file === undefined || /[$*?]/.test(file)) return [];
  const target = pathAt(context, run, command.range.start, file);
  if (deletes(context, run, target)) return [];
  const { instructions } = context.dockerfile;
  const remover = instructionsAfter(context, run.index)
    .filter(({ keyword }) => keyword === 'RUN')
    .map((instruction) => runOf(context.dockerfile, instructions.indexOf(instruction)))
    .find((later) => deletes(context, later, target));
  if (!remover) return [];
  return [
    {
      rule: deletedDownload.id,
      level: 'warning',
      secret,
      message: `${file} is fetched with ${secret} and deleted on ${linesOf(context, [remover.index])}, which only hides it.`,
      remedy: 'Fetch, use and delete it in one RUN, or fetch it in a stage of its own.',
      location: at(context, run.index),
    },
  ];
}

/** The file that a download writes, as the command calls it. */
function downloaded({ program, args }: Command): string | undefined {
  const option =
    program === 'curl' ? /^(?:-\w*o|--output)$/ : program === 'wget' ? /^(?:-\w*O|--output-document)$/ : undefined;
  if (!option) return undefined;
  const at = args.findIndex((arg) => option.test(arg));
  if (at >= 0) return args[at + 1] === '-' ? undefined : args[at + 1];
  const equals = args.find((arg) => /^--output(?:-document)?=/.test(arg));
  if (equals !== undefined) return equals.slice(equals.indexOf('=') + 1);
  const byName = program === 'wget' || args.some((arg) => /^(?:-\w*O\w*|--remote-name)$/.test(arg));
  const address = args.find((arg) => /^https?:\/\//.test(arg));
  return byName ? /\/([\w.-]+)$/.exec(address ?? '')?.[1] : undefined;
}
