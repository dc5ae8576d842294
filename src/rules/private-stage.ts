import { bindFlag, type Instruction, type Stage, words } from '../dockerfile/index.ts';
import type { Change } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { isMovable, movesOf } from './moves.ts';
import { filePieces, fileRefusal, type PrivateFile, runsBetween, sees } from './private-file.ts';
import type { RunPieces } from './run-pieces.ts';
import { type Run, runOf } from './runs.ts';
import { pathsOf, withoutUpkeep } from './upkeep.ts';

/** Steps of one stage that write private files, each moved into a stage of its own. */
export interface Isolation {
  files: readonly PrivateFile[];
  changes: readonly Change[];
}

/**
 * Moves the steps that write private files into stages of their own, on the same base, where no image takes them from.
 *
 * The stage is cut in front of each such RUN and goes on behind it: `FROM image AS base`, `FROM base AS private` with that RUN
 * alone, and `FROM base` with all that follows, which thus has the same files, environment, user and settings as before. Later
 * RUNs that may look at a file get it as a read-only mount, and its removal falls away. All files of a stage go together.
 */
export function isolationOf(context: RuleContext, candidates: readonly PrivateFile[]): Isolation {
  const possible = candidates.filter((file) => refusalOf(context, file) === undefined);
  const files = possible.filter((file) => !readsOther(context, file, possible));
  const stages = [...new Set(files.map(({ run }) => run.instruction.stage!))];
  const changes = stages.flatMap((index) =>
    stageChanges(
      context,
      context.dockerfile.stages[index]!,
      files.filter(({ run }) => run.instruction.stage === index),
    ),
  );
  return { files, changes };
}

/** Whether a RUN that is taken apart also looks at another private file, or removes it: its pieces would lack it. */
function readsOther(context: RuleContext, { run, parts }: PrivateFile, files: readonly PrivateFile[]): boolean {
  if (parts.length === run.parts.length) return false;
  return files.some(
    (other) =>
      other.run.index < run.index &&
      run.index <= other.remover &&
      (other.remover === run.index || sees(context, run, other)),
  );
}

/** The first precondition that does not hold, as a sentence that says what to change; undefined where the file can move. */
export function refusalOf(context: RuleContext, file: PrivateFile): string | undefined {
  return stageRefusal(context, file.run) ?? fileRefusal(context, file) ?? pieceRefusal(context, file);
}

function stageRefusal(context: RuleContext, run: Run): string | undefined {
  const { dockerfile } = context;
  const stage = dockerfile.stages[run.instruction.stage ?? -1];
  if (context.stages === false) return 'multi-stage: never forbids a stage for it.';
  if (context.exportsStages === true || !stage) return 'All stages leave the machine with --cache-to mode=max.';
  const trigger = stage.instructions.find(
    ({ keyword, range }) => keyword === 'ONBUILD' && range.start < run.range.start,
  );
  if (trigger) return `The ONBUILD on line ${trigger.line} would run again: move it to the end of the stage.`;
  const numbered = dockerfile.instructions.find((instruction) => namesByNumber(instruction));
  if (numbered) return `Line ${numbered.line} names a stage by its number: give that stage a name.`;
  return undefined;
}

function pieceRefusal(context: RuleContext, file: PrivateFile): string | undefined {
  if (file.parts.length === 0)
    return `The step that writes ${file.name} may write other files too: let it write only that one.`;
  const lost = runsBetween(context, file).find((run) => !modesOf(context, run, file));
  if (lost)
    return `The mode of ${file.name} is set on line ${lost.instruction.line} together with others: set it alone.`;
  return filePieces(context, [file])
    ? undefined
    : `The step that writes ${file.name} cannot be taken out of its RUN: put it into a RUN of its own.`;
}

function namesByNumber({ flags, onbuild }: Instruction): boolean {
  const all = [...flags, ...(onbuild?.flags ?? [])];
  return all.some(({ name, value = '' }) =>
    name === 'from' ? /^\d+$/.test(value) : name === 'mount' && /(?:^|,)"?from=\d+(?=[",]|$)/.test(value),
  );
}

/** One RUN of the stage that writes private files. */
interface Step {
  run: Run;
  files: readonly PrivateFile[];
  pieces: RunPieces;
  /** The stage that the RUN moves into. */
  name: string;
}

function stageChanges(context: RuleContext, stage: Stage, files: readonly PrivateFile[]): Change[] {
  const names = namer(context, stage);
  const runs = [...new Set(files.map(({ run }) => run))].sort((a, b) => a.index - b.index);
  const steps = runs.flatMap((run): Step[] => {
    const own = files.filter((file) => file.run === run);
    const pieces = filePieces(context, own);
    return pieces ? [{ run, files: own, pieces, name: names('private') }] : [];
  });
  const bases = steps.map(() => names('base'));
  const [, , written] = words(stage.from, context.dockerfile.escape);
  const own = written === undefined ? '' : ` AS ${written.raw}`;
  return [
    ...renamed(context, stage, bases[0]!),
    ...steps.flatMap((step, at) => {
      const next = bases[at + 1];
      return stepChanges(context, step, bases[at]!, next === undefined ? own : ` AS ${next}`);
    }),
    ...followers(context, steps),
  ];
}

/** `FROM image AS app` becomes `FROM image AS app-base`. */
function renamed(context: RuleContext, { from }: Stage, name: string): Change[] {
  const [image, , written] = words(from, context.dockerfile.escape);
  if (written) return [{ kind: 'replace', range: written.range, text: name }];
  return [{ kind: 'replace', range: { start: image!.range.end, end: image!.range.end }, text: ` AS ${name}` }];
}

function stepChanges(context: RuleContext, step: Step, base: string, end: string): Change[] {
  const { run, files, pieces, name } = step;
  const { before, after, comments } = pieces;
  const modes = files.flatMap((file) =>
    runsBetween(context, file).flatMap((other) => modesOf(context, other, file) ?? []),
  );
  const binds = files.map(({ target }) => bindFlag(name, target)).join(' ');
  return [
    {
      kind: 'insert-after',
      instruction: run.index - 1,
      lines: [
        ...comments[0],
        ...(before === undefined ? [] : [`RUN ${before}`]),
        `FROM ${base} AS ${name}`,
        ...comments[1],
      ],
    },
    ...pieces.changes,
    {
      kind: 'insert-after',
      instruction: run.index,
      lines: [
        ...modes.map((text) => `RUN ${text}`),
        `FROM ${base}${end}`,
        ...commandAgain(context, run),
        ...comments[2],
        ...(after === undefined ? [] : [`RUN ${binds} ${after}`]),
      ],
    },
  ];
}

/** In a stage of its own, ENTRYPOINT takes away the CMD of the stage that it is built FROM. */
function commandAgain(context: RuleContext, { instruction }: Run): string[] {
  const { dockerfile } = context;
  const all = dockerfile.stages[instruction.stage!]!.instructions;
  const at = all.indexOf(instruction);
  const command = all.slice(0, at).findLast(({ keyword }) => keyword === 'CMD');
  const isReset = all.slice(at).some(({ keyword }) => keyword === 'ENTRYPOINT');
  return command && isReset ? [dockerfile.source.slice(command.range.start, command.range.end)] : [];
}

/** The RUNs behind: they see the files, and have nothing left to remove. */
function followers(context: RuleContext, steps: readonly Step[]): Change[] {
  const all = steps.flatMap((step) => step.files.map((file) => ({ file, name: step.name })));
  const indexes = all.flatMap(({ file }) => runsBetween(context, file).map(({ index }) => index));
  return [...new Set(indexes)].flatMap((index) => {
    const run = runOf(context.dockerfile, index);
    const here = all.filter(({ file }) => file.run.index < index && index <= file.remover);
    const seen = here.filter(({ file }) => sees(context, run, file));
    const binds = seen.map(
      ({ file, name }): Change => ({ kind: 'bind', instruction: index, from: name, path: file.target }),
    );
    // Together with what other rules take out of the RUN, so that both ask for the same edit.
    const moved = movesOf(context).filter(
      (move) => isMovable(move) && move.use.after.some((one) => one.index === index),
    );
    const targets = [...here.map(({ file }) => file.target), ...moved.map(({ landing }) => landing.target)];
    const mounted = moved.filter(({ readers }) => readers.includes(index)).map(({ landing }) => landing.target);
    return [...binds, ...withoutUpkeep(context, run, targets, mounted)];
  });
}

/** What sets the mode of the file in this RUN, to be done where it is written; undefined where other files are in it. */
function modesOf(context: RuleContext, run: Run, { target }: PrivateFile): string[] | undefined {
  const setters = run.commands.filter(
    (command) => command.program === 'chmod' && pathsOf(context, run, command).includes(target),
  );
  const modes = setters.map((command) => {
    const [operand, ...more] = pathsOf(context, run, command);
    const words = command.args.slice(0, -1);
    const plain = operand === target && more.length === 0 && words.every((word) => /^[\w,+=-]+$/.test(word));
    return plain ? `chmod ${words.join(' ')} ${target}` : undefined;
  });
  return modes.every((mode) => mode !== undefined) ? (modes as string[]) : undefined;
}

/**
 * Gives names that stand nowhere in the file: `app-base`; `final-base` for a stage without a name; numbered further on.
 *
 * A name that FROM or --from gives to an image, or that a named context has, would mean something else.
 */
function namer(context: RuleContext, { name }: Stage): (what: string) => string {
  const taken = new Set<string>();
  const { source } = context.dockerfile;
  return (what) => {
    const start = `${name ?? 'final'}-${what}`;
    let found = start;
    for (let count = 2; taken.has(found) || source.toLowerCase().includes(found); count++) found = `${start}-${count}`;
    taken.add(found);
    return found;
  };
}
