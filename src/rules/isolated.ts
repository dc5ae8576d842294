import { baseName } from '../ecosystems/index.ts';
import type { Change } from '../finding.ts';
import { partOf } from './carry.ts';
import { fileWriting, writingOf } from './carry-file.ts';
import { carryOf } from './carry-of.ts';
import type { RuleContext } from './context.ts';
import { downloadedFile, writesOneFile } from './download.ts';
import { isCopied } from './file-readers.ts';
import { flowOf } from './flow.ts';
import { joinChanges } from './join.ts';
import { loginByFile } from './kept.ts';
import { keptJoin } from './kept-join.ts';
import { givesValue } from './output.ts';
import { inImage, runsAfter } from './place.ts';
import type { PrivateFile } from './private-file.ts';
import { isolationOf, refusalOf } from './private-stage.ts';
import { toolOf } from './readers.ts';
import { inside, type Run, runsOf, type Use, usesOf } from './runs.ts';
import { type SecretVariable, secretVariables } from './scope.ts';
import { deletes, pathAt, pathsOf } from './upkeep.ts';

/** What a RUN fetches with a secret, and a later RUN deletes. */
export interface DeletedDownload extends PrivateFile {
  secret: string;
  /** What makes one RUN of those between; absent where that cannot be done. */
  join?: readonly Change[];
}

interface Isolated {
  downloads: readonly DeletedDownload[];
  /** Files that hold a secret, whose writing cannot be moved into the RUNs that read them. */
  kept: ReadonlyMap<Use, PrivateFile>;
  /** The files that move into stages of their own, all in one. */
  files: ReadonlySet<PrivateFile>;
  changes: readonly Change[];
}

const cache = new WeakMap<RuleContext, Isolated>();

/** The private files of the Dockerfile that no mount alone keeps out of the image, and how they get stages of their own. */
export function isolatedIn(context: RuleContext): Isolated {
  const known = cache.get(context);
  if (known) return known;
  const { carriers } = flowOf(context);
  const held = runsOf(context.dockerfile).map((run) => ({ run, variables: secretVariables(run, carriers) }));
  const downloads = held.flatMap(({ run, variables }) => downloadsOf(context, run, variables));
  const kept = new Map(held.flatMap(({ run, variables }) => keptOf(context, run, variables)));
  const joins = [...downloads.flatMap(({ join }) => join ?? []), ...held.flatMap((one) => keptJoins(context, one))];
  const joined = new Set(joins.flatMap((change) => (change.kind === 'join' ? [change.to, change.instruction] : [])));
  const candidates = [...downloads.filter(({ join }) => !join), ...new Set(kept.values())].filter(
    ({ run }) => !joined.has(run.index),
  );
  const { files, changes } = isolationOf(context, candidates);
  const isolated = { downloads, kept, files: new Set(files), changes };
  cache.set(context, isolated);
  return isolated;
}

/** The changes that move the file that the use is written into to a stage of its own; else why that cannot be done. */
export function keptIsolation(
  context: RuleContext,
  use: Use,
): { changes: readonly Change[] } | { why: string } | undefined {
  const { kept, files, changes } = isolatedIn(context);
  const found = kept.get(use);
  if (!found) return undefined;
  return files.has(found) ? { changes } : { why: refusalOf(context, found) ?? '' };
}

function downloadsOf(context: RuleContext, run: Run, variables: readonly SecretVariable[]): DeletedDownload[] {
  const stage = context.dockerfile.stages[run.instruction.stage ?? -1];
  if (!stage || !inImage(context, stage)) return [];
  const named = variables.find(({ variable }) => usesOf(run, variable).length > 0);
  return run.commands.flatMap((command): DeletedDownload[] => {
    const held = named ?? variables.find(({ variable }) => toolOf(command)?.variables?.test(variable));
    if (!held) return [];
    const name = downloadedFile(run, command);
    if (name === undefined) return [];
    const target = pathAt(context, run, command.range.start, name);
    const remover = deletes(context, run, target) ? undefined : removerOf(context, run, target);
    if (remover === undefined) return [];
    const part = run.parts.findIndex(({ range }) => inside(command.range, range));
    const alone = run.commands.filter(({ range }) => part >= 0 && inside(range, run.parts[part]!.range)).length === 1;
    const join = joinChanges(context, run.index, remover);
    return [
      {
        run,
        parts: alone && writesOneFile(command) ? [part, ...modesBehind(context, run, part, target)] : [],
        name,
        target,
        remover,
        variables: variables.map(({ variable }) => variable),
        secret: held.secret,
        ...(join && { join }),
      },
    ];
  });
}

/** The parts behind that only set the mode of the file. */
function modesBehind(context: RuleContext, run: Run, part: number, target: string): number[] {
  return run.parts.flatMap((_, index) => {
    const command = run.commands.find((other) => partOf(run, other) === index);
    if (index <= part || command?.program !== 'chmod') return [];
    const paths = pathsOf(context, run, command);
    return paths.length === 1 && paths[0] === target ? [index] : [];
  });
}

/** The changes by which other rules make RUNs one: none of those can get a stage of its own. */
function keptJoins(
  context: RuleContext,
  { run, variables }: { run: Run; variables: readonly SecretVariable[] },
): readonly Change[] {
  const uses = variables.flatMap(({ variable, secret, derived }) =>
    usesOf(run, variable).filter((use) => givesValue(run, use) && (derived || !carryOf(context, run, use, secret))),
  );
  return uses.flatMap((use) => keptJoin(context, run, [use]) ?? []);
}

function removerOf(context: RuleContext, run: Run, target: string): number | undefined {
  return runsAfter(context, run.index).find((later) => deletes(context, later, target))?.index;
}

function keptOf(context: RuleContext, run: Run, variables: readonly SecretVariable[]): [Use, PrivateFile][] {
  const stage = context.dockerfile.stages[run.instruction.stage ?? -1];
  if (!stage || !inImage(context, stage)) return [];
  const files = new Map<string, PrivateFile>();
  const own = variables.filter(({ derived }) => derived !== true);
  return own.flatMap((held) =>
    usesOf(run, held.variable)
      .filter((use) => !use.nested && givesValue(run, use))
      .flatMap((use): [Use, PrivateFile][] => {
        if (carryOf(context, run, use, held.secret) || keptJoin(context, run, [use])) return [];
        const writing = writingOf(context, run, use);
        if (!writing?.use.deleted || isCopied(writing.use)) return [];
        // A tool that is logged in by the file keeps what it has read.
        if (
          !files.has(writing.target) &&
          writing.use.after.some((other) => loginByFile(other, baseName(writing.target)))
        )
          return [];
        const file = files.get(writing.target) ?? {
          run,
          parts: fileWriting(context, writing),
          name: writing.name,
          target: writing.target,
          remover: writing.use.after.at(-1)!.index,
          variables: variables.map(({ variable }) => variable),
          readers: writing.use.readers,
        };
        files.set(writing.target, file);
        return [[use, file]];
      }),
  );
}
