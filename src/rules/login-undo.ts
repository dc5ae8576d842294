import type { Persistence } from '../ecosystems/index.ts';
import type { Change } from '../finding.ts';
import { isCuttable, partOf } from './carry.ts';
import type { RuleContext } from './context.ts';
import { lineOf } from './kept.ts';
import { runsAfter } from './place.ts';
import type { Command, Run } from './runs.ts';
import { cutParts } from './upkeep.ts';

/** Words of commands that name no setting. */
const verbs =
  /^(?:add|config|get|global|login|logout|nuget|python[\d.]*|pip[\d.]*|register|remove|rm|set|source|sources|unset|update|-m)$/;

/**
 * The changes that take what undoes a login out of later RUNs, where there is nothing left to undo and it would fail.
 *
 * Undefined where such a command cannot be cut out.
 */
export function withoutUndo(
  context: RuleContext,
  { index }: Run,
  login: Command,
  { undo }: Persistence,
): Change[] | undefined {
  if (!undo) return [];
  const changes = runsAfter(context, index).map((run): Change[] | undefined => {
    const undoing = run.commands.filter((command) => undo.test(lineOf(command)) && isOf(command, login));
    const parts = undoing.map((command) => partOf(run, command));
    const known = parts.flatMap((part) => part ?? []);
    if (known.length < parts.length || !isCuttable(run, known)) return undefined;
    return cutParts(
      run,
      run.parts.map((_, part) => known.includes(part)),
    );
  });
  return changes.every((one) => one !== undefined) ? (changes as Change[][]).flat() : undefined;
}

/** Whether it names what the login set; `rm -f` never minds that there is nothing. */
function isOf(command: Command, login: Command): boolean {
  if (command.program === 'rm') return !command.args.some((arg) => /^-\w*f|^--force$/.test(arg));
  const named = operands(command);
  return operands(login).some((word) => named.some((other) => word === other || word === `${other}.insteadOf`));
}

function operands({ args }: Command): string[] {
  return args.filter((arg) => !arg.startsWith('-') && !verbs.test(arg));
}
