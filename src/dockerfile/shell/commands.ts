import {
  type Assignment,
  type Command,
  type CommandArgument,
  forEachChild,
  type HereDoc,
  type ParsedScript,
  type Redirection,
  type SyntaxNode,
} from 'unbash';
import type { Range } from '../../finding.ts';
import { type LogicalText, rangeIn, sliceText } from '../logical.ts';
import type { ShellAssignment, ShellCommand, ShellDuplicate, ShellHeredoc, ShellRedirect, ShellWord } from './model.ts';
import { wordText } from './text.ts';
import { maxWraps, programName, readsScript, scriptArgument, wrappedCommand } from './wrappers.ts';

/** Text that a command hands to another shell. */
export interface NestedScript {
  script: LogicalText;
  /** False when its offsets only say where it begins. */
  placed: boolean;
}

/** What the commands of a script do; `scripts` are the texts that they hand to nested shells. */
export interface CommandFacts {
  commands: ShellCommand[];
  redirects: ShellRedirect[];
  duplicates: ShellDuplicate[];
  assignments: ShellAssignment[];
  pipelines: Range[][];
  heredocs: ShellHeredoc[];
  scripts: NestedScript[];
}

/** Of a script without a command. */
export function noFacts(): CommandFacts {
  return { commands: [], redirects: [], duplicates: [], assignments: [], pipelines: [], heredocs: [], scripts: [] };
}

/** Every command of a script, in any depth of lists, groups, conditions, loops, functions and substitutions. */
export function commandFacts(ast: ParsedScript, script: LogicalText): CommandFacts {
  const facts = noFacts();
  visit(ast, script, facts, script.text.length);
  return facts;
}

/** `shellEnd` is where the descriptors that an `exec` changes are what they were before. */
function visit(node: SyntaxNode, script: LogicalText, facts: CommandFacts, shellEnd: number): void {
  if (node.type === 'CommandExpansion' && node.script?.source !== undefined) {
    // Escaped backticks: the parser's positions are of another text, so all of it lies at the substitution.
    const { start } = rangeIn(script.offsets, node.pos, node.end);
    const { source } = node.script;
    facts.scripts.push({ script: { text: source, offsets: Array(source.length + 1).fill(start) }, placed: false });
    return;
  }
  if (node.type === 'Command') addCommand(node, script, facts, shellEnd);
  if (node.type === 'Redirected') {
    addRedirects(node.redirects, rangeIn(script.offsets, node.pos, node.end), script, facts);
    facts.heredocs.push(...node.redirects.flatMap((one) => heredoc(one, script)));
  }
  if (node.type === 'Pipeline' && node.commands.length > 1) {
    facts.pipelines.push(node.commands.map(({ pos, end }) => rangeIn(script.offsets, pos, end)));
  }
  const own = node.type === 'Pipeline' || node.type === 'Subshell' || node.type === 'Redirected';
  const bounded = own || node.type === 'CommandExpansion';
  forEachChild(node, (child) => visit(child, script, facts, bounded ? child.end : shellEnd));
}

function addRedirects(
  nodes: readonly Redirection[],
  of: Range,
  script: LogicalText,
  facts: CommandFacts,
): ShellRedirect[] {
  const redirects = nodes.flatMap((one) => redirect(one, of, script));
  facts.redirects.push(...redirects);
  facts.duplicates.push(...nodes.flatMap((one) => duplicate(one, of, script)));
  return redirects;
}

function addCommand(node: Command, script: LogicalText, facts: CommandFacts, shellEnd: number): void {
  const words = [...(node.name === undefined ? [] : [node.name]), ...node.args].map((word) => shellWord(word, script));
  const range = rangeIn(script.offsets, node.pos, node.end);
  // `exec > f` alone changes the descriptors of the shell itself, for all that comes behind.
  const forShell = words.length === 1 && words[0]!.value === 'exec';
  const of = forShell ? rangeIn(script.offsets, node.pos, shellEnd) : range;
  const redirects = addRedirects(node.redirects, of, script, facts);
  const assignments = node.prefix.flatMap((one) =>
    one.type === 'Assignment' ? [assignment(one, script, words.length > 0)] : [],
  );
  facts.assignments.push(...assignments, ...declared(words, range));
  const scripts = nestedScripts(node, words, script);
  if (words.length > 0) facts.commands.push(...unwrapped({ words, redirects, assignments, range }, scripts.length > 0));
  facts.scripts.push(...scripts.map((inner) => ({ script: inner, placed: true })));
  if (scripts.length === 0) facts.heredocs.push(...node.redirects.flatMap((one) => heredoc(one, script)));
}

/** The command, and the commands that it wraps; with `scripted` the last of them runs a script. */
function unwrapped(command: Omit<ShellCommand, 'program'>, scripted: boolean): ShellCommand[] {
  const list: ShellCommand[] = [];
  for (let { words } = command; words.length > 0 && list.length < maxWraps; ) {
    const range = { start: words[0]!.range.start, end: command.range.end };
    const outermost = list.length === 0;
    const inner = wrappedCommand(words.map(({ value }) => value));
    list.push({
      ...command,
      program: programName(words[0]!.value),
      words,
      range: outermost ? command.range : range,
      ...((inner !== undefined || scripted) && { wraps: true }),
    });
    words = inner === undefined ? [] : words.slice(inner);
  }
  return list;
}

function nestedScripts(node: Command, words: readonly ShellWord[], script: LogicalText): LogicalText[] {
  const nodes: (CommandArgument | undefined)[] = [...(node.name === undefined ? [] : [node.name]), ...node.args];
  const scripts: LogicalText[] = [];
  let wraps = 0;
  for (let from: number | undefined = 0; from !== undefined && from < words.length && wraps++ < maxWraps; ) {
    const values = words.slice(from).map(({ value }) => value);
    const argument = scriptArgument(values);
    const word = argument === undefined ? undefined : nodes[from + argument];
    if (word?.type === 'Word') scripts.push(wordText(word, script));
    if (readsScript(values)) scripts.push(...heredocBodies(node, script));
    const inner: number | undefined = wrappedCommand(values);
    from = inner === undefined ? undefined : from + inner;
  }
  return scripts;
}

function heredocBodies(node: Command, script: LogicalText): LogicalText[] {
  return node.redirects
    .filter((one): one is HereDoc => one.type === 'HereDoc')
    .map(({ body }) => sliceText(script, body.pos, body.end));
}

function shellWord(word: CommandArgument, script: LogicalText): ShellWord {
  const range = rangeIn(script.offsets, word.pos, word.end);
  const raw = script.text.slice(word.pos, word.end);
  if (word.type === 'Word') return { value: wordText(word, script).text, raw, range };
  const value =
    word.value.type === 'Word'
      ? wordText(word.value, script).text
      : word.value.elements.map((one) => one.text).join(' ');
  return { value: `${word.name}${word.append ? '+' : ''}=${value}`, raw, range };
}

function assignment(node: Assignment, script: LogicalText, exported: boolean): ShellAssignment {
  return {
    name: node.name,
    raw: script.text.slice(node.value.pos, node.value.end),
    exported,
    range: rangeIn(script.offsets, node.pos, node.end),
  };
}

/** The variables that `export`, `declare`, `env` and `sudo` set through their arguments, and `read` and `printf -v` at all. */
function declared(words: readonly ShellWord[], range: Range): ShellAssignment[] {
  const program = programName(words[0]?.value ?? '');
  if (program === 'read') {
    const names = words.slice(1).filter(({ value }) => /^[A-Za-z_]\w*$/.test(value));
    return names.map(({ value }) => ({ name: value, exported: false, range }));
  }
  if (program === 'printf' && words[1]?.value === '-v' && words[2]) {
    return [{ name: words[2].value, exported: false, range }];
  }
  const exported = program === 'export' || program === 'env' || program === 'sudo' || program === 'cross-env';
  if (!exported && !['declare', 'typeset', 'readonly', 'local'].includes(program)) return [];
  return words.slice(1).flatMap(({ raw, range }) => {
    const match = /^([A-Za-z_]\w*)(?:\+?=([\s\S]*))?$/.exec(raw);
    if (match === null || (match[2] === undefined && program !== 'export')) return [];
    const [, name = '', value] = match;
    return [{ name, ...(value === undefined ? {} : { raw: value }), exported, range }];
  });
}

function heredoc(node: Redirection, script: LogicalText): ShellHeredoc[] {
  if (node.type !== 'HereDoc') return [];
  const range = rangeIn(script.offsets, node.pos, node.end);
  return [{ range, body: rangeIn(script.offsets, node.body.pos, node.body.end) }];
}

/** `>&3`: what goes to one descriptor goes where another one goes. */
function duplicate(node: Redirection, of: Range, script: LogicalText): ShellDuplicate[] {
  if (node.type !== 'Redirect' || node.target === undefined || node.operator !== '>&') return [];
  const from = /^(\d+)-?$/.exec(wordText(node.target, script).text)?.[1];
  const fd = node.descriptor?.type === 'FileDescriptor' ? node.descriptor.value : 1;
  return from === undefined ? [] : [{ fd, from: Number(from), of }];
}

function redirect(node: Redirection, of: Range, script: LogicalText): ShellRedirect[] {
  if (node.type !== 'Redirect' || node.target === undefined) return [];
  if (!['>', '>>', '>|', '&>', '&>>', '<>', '>&'].includes(node.operator)) return [];
  const target = wordText(node.target, script).text;
  // `2>&1` copies a descriptor and writes no file.
  if (node.operator === '>&' && /^(?:\d+-?|-)$/.test(target)) return [];
  return [
    {
      target,
      append: node.operator.endsWith('>>'),
      fd: node.descriptor?.type === 'FileDescriptor' ? node.descriptor.value : 1,
      range: rangeIn(script.offsets, node.pos, node.end),
      of,
    },
  ];
}
