import { dockerBuildFlags, parseArguments } from '../../buildx/index.ts';
import { analyseShell, type ShellCommand, type ShellWord } from '../../dockerfile/index.ts';
import type { Edit, Range } from '../../finding.ts';
import { type Builder, isOurs, type Needs, nameOf } from './needs.ts';

/** The edits of one shell script of a pipeline, and the variables that its step must be given for them. */
export interface ScriptEdits {
  edits: readonly Edit[];
  /** By name, as the pipeline writes them: `${{ secrets.NPM_TOKEN }}`. */
  env: ReadonlyMap<string, string>;
}

/**
 * Makes the `docker build` of the migrated Dockerfile hand its secrets over, in a script that begins in `folder`.
 *
 * `raw` is the script as it stands in its file; ranges are in its units. A command that cannot be understood whole, or that
 * passes a secret in a way that has no other form, is left alone.
 */
export function scriptEdits(raw: string, folder: string, needs: Needs, builder: Builder): ScriptEdits {
  // Neither a YAML comment sign of a block nor an expression of the pipeline is shell text: both keep their length.
  const shell = raw
    .replace(/^[|>][^\n]*/, blank)
    .replace(/\$\{\{.*?\}\}/g, (expression) => `x${'_'.repeat(expression.length - 1)}`);
  const { commands } = analyseShell(shell);
  const moves = commands.find(({ program }) => /^(?:cd|pushd|popd)$/.test(program))?.range.start ?? Infinity;
  const found = commands.flatMap((command) => {
    // Behind a `cd`, the same words may build another Dockerfile.
    const skipped = command.nested || command.range.start > moves || isOtherwise(commands, command);
    const edits = skipped ? undefined : buildEdits(command, raw, folder, needs, builder);
    return edits ? [edits] : [];
  });
  const given = found.flatMap(({ env }) => [...env]);
  const env = new Map(given);
  // One variable cannot hold two values.
  if (given.some(([name, value]) => env.get(name) !== value)) return { edits: [], env: new Map() };
  return { edits: found.flatMap(({ edits }) => edits), env };
}

/** Whether another program starts the command with an environment of its own: `sudo docker build`. */
function isOtherwise(commands: readonly ShellCommand[], { range }: ShellCommand): boolean {
  return commands.some(
    (other) =>
      /^(?:sudo|su|doas|env|ssh|runuser)$/.test(other.program) &&
      other.range.start <= range.start &&
      range.end <= other.range.end,
  );
}

/** Whether the script leaves its shell in another folder than it began in, as far as its text tells. */
export function leavesFolder(script: string): boolean {
  return analyseShell(script).commands.some(({ program }) => /^(?:cd|pushd|popd)$/.test(program));
}

function blank(text: string): string {
  return ' '.repeat(text.length);
}

function buildEdits(
  { program, words }: ShellCommand,
  raw: string,
  folder: string,
  needs: Needs,
  builder: Builder,
): ScriptEdits | undefined {
  const verb = words[1]?.value === 'build' ? 1 : /^(?:buildx|builder|image)$/.test(words[1]?.value ?? '') ? 2 : 0;
  const [first] = words;
  const build = words[verb];
  if (program !== 'docker' || first === undefined || build?.value !== 'build') return undefined;
  const parsed = argumentsOf(words, verb + 1);
  const ours = parsed.length > 0 && isOursByWords(parsed, folder, needs);
  const args = parsed.filter(({ name, value }) => name === 'build-arg' && needs.buildArgs.has(nameOf(value)));
  const given = new Set(
    parsed.filter(({ name }) => name === 'secret').map(({ value }) => /id=([^,]+)/.exec(value)?.[1]),
  );
  if (!ours) return undefined;
  const env = new Map<string, string>();
  for (const { value, range } of args) {
    const handed = handedBy(nameOf(value), value, raw.slice(range.start, range.end));
    if (handed === undefined) return undefined;
    if (handed !== '') env.set(nameOf(value), handed);
  }
  const flags = needs.mounts
    .filter(({ id }) => !given.has(id))
    .map(({ id, secret }) => ` --secret id=${id},env=${secret}`);
  if (needs.agent && !parsed.some(({ name }) => name === 'ssh')) flags.unshift(' --ssh default');
  const wanted = builder === 'safebuild' ? 'safebuild build' : raw.slice(first.range.start, build.range.end);
  const edits: Edit[] = [
    { range: { start: first.range.start, end: build.range.end }, text: `${wanted}${flags.join('')}` },
    ...args.map(({ range }) => ({ range, text: '' })),
  ];
  return { edits, env };
}

interface PlacedArgument {
  /** Of a flag; a positional has none. */
  name?: string;
  value: string;
  /** With what separates it from the word before. */
  range: Range;
}

function argumentsOf(words: readonly ShellWord[], from: number): PlacedArgument[] {
  let at = from;
  return parseArguments(
    words.slice(from).map(({ value }) => value),
    dockerBuildFlags,
  ).map((arg) => {
    const own = words.slice(at, at + arg.raw.length);
    const start = words[at - 1]?.range.end ?? own[0]?.range.start ?? 0;
    at += arg.raw.length;
    const name = arg.kind === 'flag' ? { name: arg.name } : {};
    return {
      ...name,
      value: ('value' in arg ? arg.value : undefined) ?? '',
      range: { start, end: own.at(-1)?.range.end ?? start },
    };
  });
}

function isOursByWords(args: readonly PlacedArgument[], folder: string, needs: Needs): boolean {
  const contexts = args.filter(({ name }) => name === undefined);
  const file = args.findLast(({ name }) => name === 'file')?.value;
  const [context] = contexts;
  return context !== undefined && contexts.length === 1 && isOurs(needs, folder, context.value, file);
}

/** What the variable of this name must hold; empty where the step has it already, undefined where nobody can tell. */
function handedBy(name: string, value: string, written: string): string | undefined {
  const expression = /\$\{\{.*?\}\}/.exec(written)?.[0];
  // A plain name: what has blanks and signs in it may mean something else as a value of YAML.
  if (expression !== undefined) return /=["']?\$\{\{\s*[\w.-]+\s*\}\}["']?$/.test(written) ? expression : undefined;
  return value === name || value === `${name}=$${name}` || value === `${name}=\${${name}}` ? '' : undefined;
}
