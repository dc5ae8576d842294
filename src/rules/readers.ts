import {
  mentionCounts,
  readByLibrary,
  readImplicitly,
  runsProjectCode,
  type Tool,
  tools,
} from '../ecosystems/index.ts';
import type { RuleContext } from './context.ts';
import { handOn, seatOf } from './output.ts';
import { runsAfter } from './place.ts';
import { type Command, type Run, type Use, usesOf } from './runs.ts';
import { around } from './spans.ts';
import { escapeRegExp } from './text.ts';

/** A RUN that reads a variable. */
export interface Reader {
  instruction: number;
  /** The tools that read it: families of tools.ts, `project` for the project's own code, `other`. */
  families: readonly string[];
}

/** What is known about how npm's configuration files name the variable. */
export interface Deferral {
  /** Uses of this RUN that only write the variable's name into such a file. */
  writes: readonly Use[];
  /** Such a file names the variable, written by this RUN or an earlier one. */
  written: boolean;
}

/** The RUN as a reader of `variable`: by its text, or by what its programs are known to read. */
export function readerOf(context: RuleContext, run: Run, variable: string, deferral: Deferral): Reader | undefined {
  const families = new Set([
    ...readInText(run, variable, deferral.writes),
    ...run.commands.flatMap((command) => readByTool(context, command, variable, deferral)),
  ]);
  return families.size === 0 ? undefined : { instruction: run.index, families: [...families] };
}

function readInText(run: Run, variable: string, writes: readonly Use[]): string[] {
  const families: string[] = [];
  for (const use of usesOf(run, variable)) {
    if (writes.includes(use) || (use.quoting === 'escaped' && !use.nested)) continue;
    const command = innermost(run, use);
    if (use.quoting === 'single' && !use.nested && command && handOn.test(command.program)) continue;
    const byProject = use.byCode === true && !(command && /^(?:[gm]?awk|jq|yq|perl)$/.test(command.program));
    families.push(byProject ? 'project' : command ? familyOf(command) : 'other');
  }
  if (families.length === 0 && run.text.includes(variable) && namedInCode(run.text, variable)) families.push('project');
  return families;
}

/** `process.env.X`, `os.environ["X"]`, `getenv('X')`, `ENV["X"]`, `$env:X`, `printenv X` in code on the command line. */
function namedInCode(text: string, variable: string): boolean {
  const name = escapeRegExp(variable);
  const before = String.raw`(?:process\.env(?:\.|\[)|environ(?:\.get)?[[(]|[Gg]et_?[Ee]nv\(|ENV(?:\.fetch)?[[(]|\$env:|printenv(?:\s+-\S+)*\s+|env::var\()`;
  return new RegExp(`${before}\\\\?["']?${name}(?![A-Za-z0-9_])`).test(text);
}

function readByTool(context: RuleContext, command: Command, variable: string, deferral: Deferral): string[] {
  const tool = toolOf(command);
  const families: string[] = [];
  const mentioned = context.files.mentions(variable);
  if (handsOnByName(command, variable)) families.push(tool?.family ?? 'other');
  if (readByLibrary(variable, command.path, command.args)) families.push('project');
  if (fillsTemplate(command) && mentioned.some(mentionCounts)) families.push('other');
  if (tool && !isLocal(tool, command)) {
    const configured = mentioned.some((path) => tool.configuration?.test(path));
    const deferred = tool.family === 'npm' && deferral.written;
    if (configured || deferred || tool.variables?.test(variable)) families.push(tool.family);
  }
  if (!isProjectCode(tool, command)) return families;
  if (mentioned.some(mentionCounts) || readImplicitly(variable)) families.push('project');
  return families;
}

/** `--env-var TOKEN`, `--password-env=TOKEN`, `-pass env:TOKEN`: the command is told the name, and reads the variable now or later. */
function handsOnByName({ args }: Command, variable: string): boolean {
  return args.some((arg, index) => {
    if (arg === `env:${variable}`) return true;
    if (arg === variable) return /^--?[\w-]*env[\w-]*$/i.test(args[index - 1] ?? '');
    return arg.endsWith(`=${variable}`) && /^--?[\w-]*env[\w-]*=/i.test(arg);
  });
}

/** `envsubst < template`, without the names that it is to expand: all that the template names. */
export function fillsTemplate({ program, args }: Command): boolean {
  return program === 'envsubst' && args.length === 0;
}

/** The RUNs of npm's family from this one on, in its stage and the stages built FROM it, that read its configuration. */
export function npmReaders(context: RuleContext, index: number): number[] {
  return runsAfter(context, index, true)
    .filter(({ commands }) => commands.some((command) => isNpm(command)))
    .map((run) => run.index);
}

function isNpm(command: Command): boolean {
  const tool = toolOf(command);
  return tool?.family === 'npm' && !isLocal(tool, command);
}

const toolsOf = new WeakMap<Command, { tool: Tool | undefined }>();

/** The tool that a command is, also as `python -m pip`. */
export function toolOf(command: Command): Tool | undefined {
  const known = toolsOf.get(command) ?? { tool: findTool(command) };
  toolsOf.set(command, known);
  return known.tool;
}

function findTool(command: Command): Tool | undefined {
  const name = command.program;
  const module = /^python[\d.]*$/.test(name) && command.args[0] === '-m' ? command.args[1] : undefined;
  return tools.find(({ programs }) => programs.some((program) => program.test(module ?? name)));
}

/** Whether the command neither fetches nor runs anything: `npm config set`, `go env`. */
export function isLocal(tool: Tool, command: Command): boolean {
  return tool.local?.test(subCommand(command)) ?? false;
}

/** Whether the command runs the project's own code. */
export function isProjectCode(tool: Tool | undefined, command: Command): boolean {
  if (!tool) return runsProjectCode(command.path, command.args);
  if (/^(?:npx|pnpx|bunx|uvx)$/.test(command.program)) return true;
  return tool.runsProject === true || (tool.runsProject?.test(subCommand(command)) ?? false);
}

function subCommand(command: Command): string {
  return command.args.find((arg) => !arg.startsWith('-')) ?? command.args[0] ?? '';
}

function familyOf(command: Command): string {
  const tool = toolOf(command);
  if (tool) return tool.family;
  return isProjectCode(undefined, command) ? 'project' : 'other';
}

function innermost(run: Run, use: Use): Command | undefined {
  return around(run.commands, seatOf(run, use.range)).at(-1);
}
