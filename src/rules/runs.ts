import { analyseRun, type Dockerfile, type Instruction, type ListPart, type ShellUse } from '../dockerfile/index.ts';
import type { Range } from '../finding.ts';

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
  /** The members of the top-level chain `a && b; c`; empty in exec form. */
  parts: readonly ListPart[];
}

const cache = new WeakMap<Instruction, Run>();

/** The RUN with this index. */
export function runOf(dockerfile: Dockerfile, index: number): Run {
  const instruction = dockerfile.instructions[index];
  if (!instruction) throw new Error(`no instruction ${index}`);
  const known = cache.get(instruction);
  if (known) return known;
  const analysis = analyseRun(instruction);
  if (!analysis) throw new Error(`instruction ${index} is no RUN`);
  const run: Run = {
    instruction,
    index,
    source: dockerfile.source,
    range: instruction.range,
    text: [instruction.text, ...instruction.heredocs.map(({ body }) => body)].join('\n'),
    uses: analysis.uses,
    commands: analysis.commands.map((command) => ({
      program: command.program,
      path: command.words[0]?.value ?? command.program,
      words: command.words,
      range: command.range,
      args: command.words.slice(1).map(({ value }) => value),
    })),
    redirects: analysis.redirects,
    parts: analysis.andLists,
  };
  cache.set(instruction, run);
  return run;
}

/** Every RUN of the file. */
export function runsOf(dockerfile: Dockerfile): Run[] {
  return dockerfile.instructions.flatMap(({ keyword }, index) => (keyword === 'RUN' ? [runOf(dockerfile, index)] : []));
}

/** Whether `inner` lies within `outer`. */
export function inside(inner: Range, outer: Range): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}
