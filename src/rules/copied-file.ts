import { writtenFile } from '../ecosystems/index.ts';
import type { Change } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { joinChanges } from './join.ts';
import { runsAfter } from './place.ts';
import type { Command, Run } from './runs.ts';
import { deletes, deletesPath, pathsOf } from './upkeep.ts';

/**
 * What has to change so that a copy of a mounted file, made by `cp`, `mv` or `install`, is in no layer.
 *
 * Nothing where the same RUN deletes the copy; where a later one does, the RUNs between become one. A mounted file cannot be
 * moved, hence `mv` becomes `cp`. Undefined where the copy stays.
 */
export function copyChanges(context: RuleContext, run: Run, command: Command): Change[] | undefined {
  const copies = copiesOf(context, run, command);
  if (copies.length === 0) return undefined;
  const moved = command.program === 'mv' ? asCopy(command) : [];
  if (moved === undefined) return undefined;
  if (copies.every((path) => deletesPath(context, run, command.range.end, path))) return moved;
  const remover = runsAfter(context, run.index).find((later) => copies.every((path) => deletes(context, later, path)));
  const joined = remover && joinChanges(context, run.index, remover.index);
  return joined && [...moved, ...joined];
}

/** Where the copy may lie: at the last operand, or in it when that is a folder. */
function copiesOf(context: RuleContext, run: Run, command: Command): string[] {
  const paths = pathsOf(context, run, command);
  const [source, destination, ...more] = paths;
  if (source === undefined || destination === undefined || more.length > 0) return [];
  const base = source.slice(source.lastIndexOf('/') + 1);
  const inside = `${destination}/${base}`;
  if (/\/\.?$/.test(command.args.at(-1) ?? '')) return [inside];
  const isFile = destination.endsWith(`/${base}`) || writtenFile(destination) !== undefined;
  return isFile ? [destination] : [destination, inside];
}

/** `mv a b` as `cp a b`; options say more than that. */
function asCopy({ words, args }: Command): Change[] | undefined {
  const options = args.filter((arg) => arg.startsWith('-'));
  if (!options.every((option) => /^-[fv]+$/.test(option))) return undefined;
  return [{ kind: 'replace', range: words[0]!.range, text: 'cp' }];
}
