import {
  analyseRun,
  type Dockerfile,
  type Instruction,
  type ListPart,
  type LogicalText,
  quotedShell,
  type RunCommand,
  runCommand,
  type ShellAnalysis,
  type ShellUse,
} from '../dockerfile/index.ts';
import type { Range } from '../finding.ts';
import { movesOutput, type Output, outputsOf } from './descriptors.ts';
import { ownMounts, pathUses } from './mounted-files.ts';

/** A use of a variable in a RUN; ranges are in the source. */
export type Use = ShellUse;

/** One command of a RUN. */
export interface Command {
  /** The last path segment of the first word. */
  program: string;
  /** The first word as written: `./configure`. */
  path: string;
  /** The words behind the program, quotes removed. */
  args: readonly string[];
  /** The program and its arguments. */
  words: readonly { value: string; range: Range }[];
  range: Range;
  /** It runs a command or script that its words hold, and that is listed too. */
  wraps?: true;
}

/** What a RUN does, whichever form it has. */
export interface Run {
  instruction: Instruction;
  index: number;
  /** The whole Dockerfile. */
  source: string;
  range: Range;
  /** The command text, heredoc bodies included. */
  text: string;
  uses: readonly Use[];
  commands: readonly Command[];
  redirects: readonly { target: string; append: boolean; range: Range }[];
  /** A command may write a file that no redirect of its own names. */
  movesOutput: boolean;
  /** The files that standard output goes to, each at the command or group that writes it. */
  outputs: readonly Output[];
  pipelines: readonly { range: Range; members: readonly Range[] }[];
  /** The bodies of heredocs, each with its operator in the command that gets it. */
  heredocs: readonly { range: Range; seat: Range }[];
  /** The members of the top-level chain `a && b; c`; empty in an exec form that starts no shell. */
  parts: readonly ListPart[];
  /** How BuildKit runs it. */
  form: RunCommand['form'];
  /** The program that runs a heredoc, as its first line says. */
  shebang?: string;
  /** The shell text; absent in an exec form that starts no shell. */
  script?: LogicalText;
  /** The RUN is `sh -c '…'`, and its script what stands in the quotes; this is all of its text. */
  quoted?: Range;
  /** False when the text could not be parsed whole. */
  complete: boolean;
  /** The variables that it sets, of the shell or of a command. */
  assignments: readonly { name: string; range: Range }[];
}

const cache = new WeakMap<Instruction, Run>();

/** The RUN with this index. */
export function runOf(dockerfile: Dockerfile, index: number): Run {
  const instruction = dockerfile.instructions[index];
  if (!instruction) throw new Error(`no instruction ${index}`);
  const known = cache.get(instruction);
  if (known) return known;
  const analysis = analyseRun(instruction);
  const command = runCommand(instruction);
  if (!command) throw new Error(`instruction ${index} is no RUN`);
  const quoted = quotedShell(instruction);
  const script = quoted?.script ?? command.script;
  const run: Run = {
    instruction,
    index,
    source: dockerfile.source,
    range: instruction.range,
    text: [instruction.text, ...instruction.heredocs.map(({ body }) => body)].join('\n'),
    uses: [...analysis.uses, ...fileUses(instruction, script, analysis)],
    commands: analysis.commands.map((command) => ({
      program: command.program,
      path: command.words[0]?.value ?? command.program,
      words: command.words,
      range: command.range,
      args: command.words.slice(1).map(({ value }) => value),
      ...(command.wraps && { wraps: true as const }),
    })),
    redirects: analysis.redirects,
    movesOutput: movesOutput(analysis),
    outputs: outputsOf(analysis),
    pipelines: analysis.pipelines.map((members) => ({
      range: { start: members[0]!.start, end: members.at(-1)!.end },
      members,
    })),
    heredocs: analysis.heredocs.map(({ body, range }) => ({ range: body, seat: range })),
    parts: analysis.andLists,
    complete: analysis.complete,
    assignments: analysis.assignments,
    form: command.form,
    ...('shebang' in command && command.shebang !== undefined && { shebang: command.shebang }),
    ...(script && { script }),
    ...(quoted && { quoted: { start: instruction.textOffsets[0]!, end: quoted.closing + 1 } }),
  };
  cache.set(instruction, run);
  return run;
}

/** The RUN itself, for one that was cut down to some of its commands. */
export function wholeRun(run: Run): Run {
  return cache.get(run.instruction) ?? run;
}

/** Names of files that secrets are mounted as count like the variables of others: what reads the file has the value. */
function fileUses(instruction: Instruction, script: LogicalText | undefined, { commands }: ShellAnalysis): Use[] {
  const paths = ownMounts(instruction).flatMap(({ path }) => path ?? []);
  if (paths.length === 0) return [];
  const words = commands.flatMap((command) => command.words);
  const found = script
    ? pathUses(script, paths)
    : words.flatMap(({ value, range }) => (paths.includes(value) ? [{ path: value, range }] : []));
  return found.map(({ path, range }) => ({ name: path, range, quoting: 'none' }));
}

const positions = new WeakMap<Dockerfile, ReadonlyMap<Instruction, number>>();

/** The index of an instruction of the file; -1 for one behind ONBUILD. */
export function indexOf(dockerfile: Dockerfile, instruction: Instruction): number {
  const known = positions.get(dockerfile) ?? new Map(dockerfile.instructions.map((one, index) => [one, index]));
  positions.set(dockerfile, known);
  return known.get(instruction) ?? -1;
}

/** Every RUN of the file. */
export function runsOf(dockerfile: Dockerfile): Run[] {
  return dockerfile.instructions.flatMap(({ keyword }, index) => (keyword === 'RUN' ? [runOf(dockerfile, index)] : []));
}

const usesByName = new WeakMap<readonly Use[], ReadonlyMap<string, readonly Use[]>>();

/** The uses of one variable. */
export function usesOf({ uses }: Run, variable: string): readonly Use[] {
  const known = usesByName.get(uses) ?? byName(uses);
  usesByName.set(uses, known);
  return known.get(variable) ?? [];
}

function byName(uses: readonly Use[]): ReadonlyMap<string, readonly Use[]> {
  const groups = new Map<string, Use[]>();
  for (const use of uses) {
    const group = groups.get(use.name);
    if (group) group.push(use);
    else groups.set(use.name, [use]);
  }
  return groups;
}

const calls = new WeakMap<readonly Command[], Map<RegExp, readonly Command[]>>();

/** The commands of the RUN whose program the pattern matches; told once for each pattern, so that it must be a constant. */
export function calledBy({ commands }: Run, pattern: RegExp): readonly Command[] {
  const known = calls.get(commands) ?? new Map<RegExp, readonly Command[]>();
  calls.set(commands, known);
  const found = known.get(pattern) ?? commands.filter(({ program }) => pattern.test(program));
  known.set(pattern, found);
  return found;
}

/** Whether `inner` lies within `outer`. */
export function inside(inner: Range, outer: Range): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}
