import { analyseRun, type Instruction, type ShellCommand } from '../../dockerfile/index.ts';

/** A command by which packages come into the image. */
export interface Call {
  manager: 'pip' | 'poetry' | 'uv' | 'other';
  program: string;
  args: readonly string[];
  run: Instruction;
  /** It installs what the project needs; otherwise a tool of the build. */
  installsProject: boolean;
}

/** Tools that install other packages and that no program imports. */
const buildTools = /^(?:poetry|poetry-core|poetry-plugin-export|uv|pip|setuptools|wheel|pipx)(?:[=<>~![].*)?$/;

const others = /^(?:pipenv|pdm|hatch|conda|mamba|micromamba|rye|easy_install)$/;

/** The calls of package managers in a RUN. */
export function callsOf(run: Instruction): Call[] {
  return analyseRun(run).commands.flatMap((command) => callOf(run, command) ?? []);
}

function callOf(run: Instruction, { program, words }: ShellCommand): Call | undefined {
  const args = words.slice(1).map(({ value }) => value);
  const module = /^python[\d.]*$/.test(program) ? args.indexOf('-m') : -1;
  const [name, rest] = module === -1 ? [program, args] : [args[module + 1] ?? '', args.slice(module + 2)];
  if (others.test(name)) return { manager: 'other', program: name, args: rest, run, installsProject: true };
  if (/^pip[\d.]*$/.test(name)) return rest[0] === 'install' ? pipCall(run, rest) : undefined;
  if (name === 'poetry')
    return {
      manager: 'poetry',
      program: name,
      args: rest,
      run,
      installsProject: /^(?:install|sync)$/.test(rest[0] ?? ''),
    };
  if (name !== 'uv') return undefined;
  if (rest[0] === 'pip') return { manager: 'other', program: 'uv pip', args: rest, run, installsProject: true };
  return { manager: 'uv', program: name, args: rest, run, installsProject: rest[0] === 'sync' };
}

function pipCall(run: Instruction, args: readonly string[]): Call {
  const operands = args.slice(1).filter((arg) => !arg.startsWith('-'));
  const tools = operands.length > 0 && operands.every((operand) => buildTools.test(operand));
  const files = args.some((arg) => /^(?:-r|--requirement|-e|--editable)/.test(arg));
  return { manager: 'pip', program: 'pip', args, run, installsProject: files || !tools };
}
