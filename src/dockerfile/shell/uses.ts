import { forEachChild, type ParsedScript, type SyntaxNode } from 'unbash';
import { type LogicalText, rangeIn } from '../logical.ts';
import type { Quoting, ShellUse } from './model.ts';

interface Found {
  name: string;
  start: number;
  end: number;
  quoting: Quoting;
  operator?: string;
  byCode?: true;
}

const reference = /\$(?:\{[!#]?)?([A-Za-z_]\w*)/g;
/** How PowerShell, cmd and the configuration files of NuGet name a variable. */
const foreign = /\$\{?env:(\w+)\}?|%([A-Za-z_]\w*)%/gi;
/** How code names a variable of its environment: Python, JavaScript, Ruby, Perl, PHP, Go, awk, jq, yq. */
const inCode =
  /(?:process\.env(?:\.|\[\\?["'])|Bun\.env\.|Deno\.env\.get\(\\?["']|environ(?:\.get)?[[(]\\?["']|[Gg]et_?[Ee]nv\(\\?["']|\bENV(?:\.fetch)?[[(]\\?["']|ENVIRON\[\\?["']|\$_(?:ENV|SERVER)\[\\?["']|\$ENV\{|\$ENV\.|(?<![\w.$])env\.|\b(?:str)?env\()([A-Za-z_]\w*)/g;
const bareName = /^[A-Za-z_]\w*$/;

/**
 * Every place where shell text names a variable, in order.
 *
 * The parser tells the quoting. Whatever looks like a variable and is in no node of the parser (a comment, text that it
 * could not parse) is reported too: a use must never be lost. So are the forms of other shells, as not expanded, and those
 * of code.
 */
export function variableUses(ast: ParsedScript, script: LogicalText): ShellUse[] {
  const found = new Map<number, Found>();
  const collect: Collect = (use) => {
    if (!found.has(use.start)) found.set(use.start, use);
  };
  visit(ast, 'none', script.text, collect);
  return allUses(found, script);
}

/** Every place where a text that was not parsed may name a variable. */
export function looseUses(script: LogicalText): ShellUse[] {
  return allUses(new Map(), script);
}

function allUses(found: Map<number, Found>, script: LogicalText): ShellUse[] {
  const collect: Collect = (use) => {
    if (!found.has(use.start)) found.set(use.start, use);
  };
  scan(script.text, 0, script.text.length, 'none', collect);
  for (const match of script.text.matchAll(foreign)) {
    const end = match.index + match[0].length;
    found.set(match.index, { name: (match[1] ?? match[2])!, start: match.index, end, quoting: 'single' });
  }
  for (const match of script.text.matchAll(inCode)) {
    const end = match.index + match[0].length;
    found.set(match.index, { name: match[1]!, start: match.index, end, quoting: 'single', byCode: true });
  }
  return [...found.values()]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, ...use }) => ({ ...use, range: rangeIn(script.offsets, start, end) }));
}

type Collect = (use: Found) => void;

function visit(node: SyntaxNode, quoting: Quoting, text: string, collect: Collect): void {
  switch (node.type) {
    case 'SimpleExpansion':
      if (bareName.test(node.text.slice(1)))
        collect({ name: node.text.slice(1), start: node.pos, end: node.end, quoting });
      return;
    case 'ParameterExpansion':
      addParameter(node, quoting, collect);
      break;
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      scan(text, node.pos, node.end, 'single', collect);
      return;
    case 'DoubleQuoted':
    case 'LocaleString':
      forEachChild(node, (child) => visit(child, 'double', text, collect));
      return;
    case 'Literal':
      scan(text, node.pos, node.end, 'escaped', collect);
      return;
    case 'Word':
      if (node.parts === undefined) scan(text, node.pos, node.end, 'escaped', collect);
      break;
    case 'HereDoc':
      visitHeredoc(node, text, collect);
      return;
    case 'CommandExpansion':
      // Inside escaped backticks the parser's positions are of another text.
      if (node.script?.source !== undefined) scan(text, node.pos, node.end, 'none', collect);
      else forEachChild(node, (child) => visit(child, 'none', text, collect));
      return;
    case 'ArithmeticWord':
    case 'Command':
    case 'TestUnary':
      for (const use of namedUses(node)) collect(use);
      break;
    default:
  }
  forEachChild(node, (child) => visit(child, quoting, text, collect));
}

function addParameter(
  node: Extract<SyntaxNode, { type: 'ParameterExpansion' }>,
  quoting: Quoting,
  collect: Collect,
): void {
  if (!bareName.test(node.parameter)) return;
  const operator = node.operation?.operator ?? node.prefix;
  const use = { name: node.parameter, start: node.pos, end: node.end, quoting };
  collect(operator === undefined ? use : { ...use, operator });
}

function visitHeredoc(node: Extract<SyntaxNode, { type: 'HereDoc' }>, text: string, collect: Collect): void {
  const { delimiter, body } = node;
  if (delimiter?.quoted === true) scan(text, body.pos, body.end, 'single', collect);
  else if (body.parts === undefined) scan(text, body.pos, body.end, 'escaped', collect);
  else for (const part of body.parts) visit(part, 'heredoc', text, collect);
}

/** Programs whose arguments are names of variables that they hand on. */
const namePrograms: ReadonlySet<string> = new Set(['printenv', 'export', 'declare', 'typeset', 'readonly']);

function namedUses(node: Extract<SyntaxNode, { type: 'ArithmeticWord' | 'Command' | 'TestUnary' }>): Found[] {
  if (node.type === 'ArithmeticWord') return named(node);
  if (node.type === 'TestUnary') return node.operator === '-v' ? named(node.operand) : [];
  if (!namePrograms.has(node.name?.value ?? '')) return [];
  return node.args.flatMap((word) => (word.type === 'Word' ? named(word) : []));
}

function named(word: { value: string; pos: number; end: number }): Found[] {
  return bareName.test(word.value) ? [{ name: word.value, start: word.pos, end: word.end, quoting: 'none' }] : [];
}

function scan(text: string, start: number, end: number, quoting: Quoting, collect: Collect): void {
  for (const match of text.slice(start, end).matchAll(reference)) {
    const from = start + match.index;
    const close = match[0].startsWith('${') ? closing(text, from, end) : undefined;
    collect({ name: match[1]!, start: from, end: close ?? from + match[0].length, quoting });
  }
}

/** The end of `${…}`, when no blank stands in it. */
function closing(text: string, from: number, end: number): number | undefined {
  const next = /[}\s]/g;
  next.lastIndex = from;
  const found = next.exec(text);
  return found?.[0] === '}' && found.index < end ? found.index + 1 : undefined;
}
