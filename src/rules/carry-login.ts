import type { LoginUse } from '../ecosystems/index.ts';
import { mentionCounts } from '../ecosystems/index.ts';
import { type Carry, holdsLiteral, isCuttable, isOpen, oneLine, partOf } from './carry.ts';
import type { RuleContext } from './context.ts';
import { sameUser } from './file-readers.ts';
import { loginAt } from './kept.ts';
import { withoutUndo } from './login-undo.ts';
import { runsAfter } from './place.ts';
import { isLocal, isProjectCode, toolOf } from './readers.ts';
import type { Command, Run, Use } from './runs.ts';

/**
 * How the effect of a login is had without it: `pip config set …` becomes a variable in each RUN that installs.
 *
 * Undefined where a person has to say how: no recipe is known, nothing is seen to use the login, or the steps cannot be
 * changed safely.
 */
export function loginCarry(context: RuleContext, run: Run, use: Use, answer: string | undefined): Carry | undefined {
  const login = loginAt(run, use.range);
  if (!login?.known.recipe || !login.known.readBy) return undefined;
  const { command, known } = login;
  const { readBy } = login.known;
  if (readBy.runtime && answer !== 'build') return undefined;
  const part = partOf(run, command);
  if (part === undefined || holdsLiteral(context, command.range)) return undefined;
  const words = command.words.flatMap(({ value, range }) => {
    const raw = oneLine(run, range);
    return raw === undefined ? [] : [{ value, raw }];
  });
  const recipe = words.length === command.words.length ? known.recipe?.(words) : undefined;
  if (!recipe) return undefined;
  const uses = (other: Command) => usesLogin(context, readBy, other);
  const own = run.commands.some((other) => other.range.start >= command.range.end && uses(other));
  const consumers = runsAfter(context, run.index)
    .filter(({ commands }) => commands.some(uses))
    // git looks into the home of its own user.
    .filter((other) => !isGlobalGit(command) || sameUser(context, run, other));
  if (!own && (consumers.length === 0 || !isCuttable(run, [part]))) return undefined;
  const touched = own ? [run, ...consumers] : consumers;
  if (!touched.every((other) => isOpen(context, other, recipe.after !== undefined))) return undefined;
  if (recipe.after === undefined && touched.some(dropsVariables)) return undefined;
  // Another user may not be let write there, or has another home.
  if (recipe.after !== undefined && !consumers.every((other) => sameUser(context, run, other))) return undefined;
  // What composer and nuget wrote into a file of one folder is not taken back in another.
  if (command.program !== 'git' && recipe.after !== undefined && touched.some(changesFolder)) return undefined;
  const more = withoutUndo(context, run, command, known);
  if (!more) return undefined;
  return {
    run,
    parts: [part],
    ...recipe,
    own,
    consumers: consumers.map(({ index }) => index),
    cleans: [],
    families: [readBy.family],
    more,
    title: `Use ${command.program}'s credential in the RUNs that need it, and keep it nowhere.`,
  };
}

function usesLogin(context: RuleContext, { family, mention }: LoginUse, command: Command): boolean {
  const tool = toolOf(command);
  if (tool && !isLocal(tool, command) && (tool.family === family || tool.reads?.includes(family))) return true;
  if (!isProjectCode(tool, command)) return false;
  return mention === undefined || context.files.mentions(mention).some(mentionCounts);
}

function isGlobalGit({ program, args }: Command): boolean {
  return program === 'git' && args.includes('--global');
}

/** sudo and su start their commands with an environment of their own. */
function dropsVariables({ commands }: Run): boolean {
  return commands.some(({ program }) => /^(?:sudo|su|doas|runuser)$/.test(program));
}

function changesFolder({ commands }: Run): boolean {
  return commands.some(({ program }) => /^(?:cd|pushd)$/.test(program));
}
