import { analyseRun, type Instruction, type ShellCommand, valueAt } from '../../dockerfile/index.ts';
import type { Refusal } from '../ecosystem.ts';
import { resolvePath } from '../path.ts';
import { isPlain } from '../template/plain.ts';
import { refuse } from '../template/refuse.ts';
import type { SingleStage } from '../template/single-stage.ts';
import { argsOf } from '../template/steps.ts';

/** Options that link C libraries, make something else than a program, or change the folder. Source: `go help build`. */
const unfit = /^--?(?:buildmode|race|msan|asan|C)(?:=|$)/;

/** Refuses a program that no `go build -o` of the Dockerfile is known to make as a static one. */
export function findProgram(single: SingleStage, program: string): Refusal | undefined {
  const makers = single.steps.flatMap((run) =>
    analyseRun(run)
      .commands.filter((command) => outputOf(single, run, command) === program)
      .map((command) => ({ run, command, args: argsOf(command) })),
  );
  const [maker, ...more] = makers;
  if (!maker || more.length > 0) {
    return refuse(
      'artifact',
      `No single "go build -o" is seen to make ${program}, which is what is started.`,
      `Build it with "go build -o ${program}".`,
    );
  }
  const option = maker.args.find((arg) => unfit.test(arg));
  if (option !== undefined) {
    return refuse(
      'static-program',
      `Line ${maker.run.line}: "go build ${option}" makes no static program.`,
      'Build without it, or write the stages by hand.',
    );
  }
  if (withoutC(single, maker.run, maker.command)) return undefined;
  return refuse(
    'cgo',
    `Line ${maker.run.line}: the program may be linked against C libraries of the build's image.`,
    'Set ENV CGO_ENABLED=0 in front of the build.',
  );
}

/** The absolute path that `go build -o` writes; undefined where the text does not tell. */
function outputOf(single: SingleStage, run: Instruction, command: ShellCommand): string | undefined {
  if (command.program !== 'go') return undefined;
  const [sub, ...args] = argsOf(command);
  if (sub !== 'build') return undefined;
  const at = args.findIndex((arg) => /^--?o(?:=|$)/.test(arg));
  const path = at === -1 ? undefined : (/=(.*)/.exec(args[at]!)?.[1] ?? args[at + 1]);
  if (path === undefined || !isPlain(path) || path.endsWith('/')) return undefined;
  if (path.startsWith('/')) return resolvePath('/', path);
  const from = single.folderAt(run);
  const moves = analyseRun(run).commands.some(({ program }) => program === 'cd' || program === 'pushd');
  return from === undefined || moves ? undefined : resolvePath(from, path);
}

/** Whether cgo is switched off for the command, by ENV or in the RUN itself. */
function withoutC({ dockerfile, stage }: SingleStage, run: Instruction, command: ShellCommand): boolean {
  const { commands, assignments } = analyseRun(run);
  const inRun = [...assignments, ...command.assignments]
    .filter(({ name, exported }) => name === 'CGO_ENABLED' && exported)
    .map(({ raw = '' }) => raw.replace(/^["']|["']$/g, ''));
  const byEnv = commands
    .filter(({ program }) => program === 'env')
    .flatMap((env) => argsOf(env).flatMap((arg) => /^CGO_ENABLED=(.*)$/.exec(arg)?.[1] ?? []));
  const told = [...inRun, ...byEnv];
  if (told.length > 0) return told.every((value) => value === '0');
  const argument = stage.instructions.some(
    ({ keyword, pairs = [] }) => keyword === 'ARG' && pairs.some(({ name }) => name === 'CGO_ENABLED'),
  );
  return !argument && valueAt(dockerfile, run, 'CGO_ENABLED') === '0';
}
