import { analyseRun, type Instruction, type ShellCommand } from '../../dockerfile/index.ts';

/** A command by which packages come into the image. */
export interface Call {
  manager: 'pip' | 'poetry' | 'uv' | 'other';
  program: string;
  /** The first word of the command, with its folder. */
  path: string;
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
  const path = words[0]?.value ?? program;
  const module = /^python[\d.]*$/.test(program) ? args.indexOf('-m') : -1;
  const [name, rest] = module === -1 ? [program, args] : [args[module + 1] ?? '', args.slice(module + 2)];
  const call = (manager: Call['manager'], installsProject: boolean, shown = name): Call => {
    return { manager, program: shown, path, args: rest, run, installsProject };
  };
  if (others.test(name)) return call('other', true);
  if (/^pip[\d.]*$/.test(name)) return rest[0] === 'install' ? call('pip', !installsTools(rest)) : undefined;
  if (name === 'poetry') return call('poetry', /^(?:install|sync)$/.test(rest[0] ?? ''));
  if (name !== 'uv') return undefined;
  return rest[0] === 'pip' ? call('other', true, 'uv pip') : call('uv', rest[0] === 'sync');
}

function installsTools(args: readonly string[]): boolean {
  const operands = args.slice(1).filter((arg) => !arg.startsWith('-'));
  const files = args.some((arg) => /^(?:-r|--requirement|-e|--editable)/.test(arg));
  return !files && operands.length > 0 && operands.every((operand) => buildTools.test(operand));
}
