import type { Range } from '../../finding.ts';
import type { LogicalText } from '../logical.ts';
import type { Instruction } from '../model.ts';
import { commandFacts, type NestedScript, noFacts } from './commands.ts';
import { escapesIn, execFacts } from './exec.ts';
import { withEscapes } from './json-ranges.ts';
import type { ShellAnalysis, ShellUse } from './model.ts';
import { listParts } from './parts.ts';
import { type QuotedShell, quotedShell } from './quoted.ts';
import { runCommand } from './run.ts';
import { parseScript } from './syntax.ts';
import { looseUses, variableUses } from './uses.ts';

/** Nested shells deeper than this are left alone; their variables are still uses of the text around them. */
const maxDepth = 5;

/**
 * What shell text does: variables, commands, redirects, assignments, and the parts of its list.
 *
 * Never throws. Ranges are in units of `text`. Text is read as a POSIX shell's with the words of bash; of what is nested
 * deeper than anybody writes only the variables are told.
 */
export function analyseShell(text: string): ShellAnalysis {
  return analyseScript({ text, offsets: Array.from({ length: text.length + 1 }, (_, index) => index) });
}

/**
 * What a RUN does, in shell form, exec form or with heredocs; also behind ONBUILD. Ranges are in the source.
 *
 * Every other instruction does nothing.
 */
export function analyseRun(instruction: Instruction): ShellAnalysis {
  const run = instruction.onbuild ?? instruction;
  const command = runCommand(run);
  if (command === undefined) return analyseShell('');
  if (command.form === 'exec') return analyseExec(run);
  const quoted = quotedShell(run);
  return quoted ? analyseQuoted(command.script, quoted) : analyseScript(command.script);
}

/** `RUN sh -c '…'` does what its script does. */
function analyseQuoted(script: LogicalText, quoted: QuotedShell): ShellAnalysis {
  const outer = analyseScript(script, maxDepth);
  const inner = withEscapes(analyseScript(quoted.script, 1), quoted.escapes);
  const own = (range: Range) => range.start < quoted.opening || range.start > quoted.closing;
  const uses = [...outer.uses.filter(({ range }) => own(range)), ...inner.uses];
  return { ...inner, uses, commands: [...outer.commands.filter(({ range }) => own(range)), ...inner.commands] };
}

function analyseExec(run: Instruction): ShellAnalysis {
  const { commands, uses, script, isShell } = execFacts(run);
  if (script === undefined) return { ...analyseShell(''), uses: [...uses], commands };
  const found = analyseScript(script, 1);
  const nested = isShell ? {} : { nested: true as const };
  const whole = {
    ...found,
    uses: mergeUses(uses, found.uses, nested),
    commands: [...commands, ...found.commands.map((one) => ({ ...one, ...nested }))],
    andLists: isShell ? found.andLists : [],
  };
  return withEscapes(whole, escapesIn(run));
}

function analyseScript(script: LogicalText, depth = 0): ShellAnalysis {
  const ast = parseScript(script.text);
  if (ast === undefined) return notUnderstood(script);
  const facts = commandFacts(ast, script);
  const nested = depth < maxDepth ? facts.scripts.map((inner) => analyseNested(inner, depth + 1)) : [];
  const deeper = { nested: true as const };
  return {
    uses: mergeUses(
      variableUses(ast, script),
      nested.flatMap((inner) => inner.uses),
    ),
    commands: [...facts.commands, ...nested.flatMap((inner) => inner.commands.map((one) => ({ ...one, ...deeper })))],
    redirects: [...facts.redirects, ...nested.flatMap((inner) => inner.redirects)],
    duplicates: [...facts.duplicates, ...nested.flatMap((inner) => inner.duplicates)],
    assignments: [...facts.assignments, ...nested.flatMap((inner) => inner.assignments)],
    pipelines: [...facts.pipelines, ...nested.flatMap((inner) => inner.pipelines)],
    heredocs: [...facts.heredocs, ...nested.flatMap((inner) => inner.heredocs)],
    andLists: listParts(ast, script),
    complete: (ast.errors ?? []).length === 0 && nested.every((inner) => inner.complete),
  };
}

function notUnderstood(script: LogicalText): ShellAnalysis {
  const { scripts: _, ...nothing } = noFacts();
  return { ...nothing, andLists: [], uses: looseUses(script), complete: false };
}

/** Without places of its own, a nested script adds no uses: the text around it has them. */
function analyseNested({ script, placed }: NestedScript, depth: number): ShellAnalysis {
  const analysis = analyseScript(script, depth);
  return placed ? analysis : { ...analysis, uses: [] };
}

/** Marks the uses that a nested script has too; the quoting stays that of the outer text, unless neither of them expands. */
function mergeUses(
  outer: readonly ShellUse[],
  inner: readonly ShellUse[],
  mark: { nested?: true } = { nested: true },
): ShellUse[] {
  const nested = new Map(inner.map((use) => [use.range.start, use]));
  const merged = outer.map((use): ShellUse => {
    const deeper = nested.get(use.range.start);
    if (deeper === undefined) return use;
    return isText(use) && isText(deeper) ? { ...use, quoting: deeper.quoting } : { ...use, ...mark };
  });
  const known = new Set(outer.map((use) => use.range.start));
  for (const use of inner) if (!known.has(use.range.start)) merged.push({ ...use, ...mark });
  return merged.sort((a, b) => a.range.start - b.range.start);
}

/** Whether the shell leaves it as it is written. */
function isText({ quoting }: ShellUse): boolean {
  return quoting === 'single' || quoting === 'escaped';
}
