import { type Instruction, type LogicalText, unitAt } from '../dockerfile/index.ts';
import type { Range } from '../finding.ts';
import type { Run } from './runs.ts';
import { lastUpTo } from './spans.ts';

/**
 * What a literal stands in, as far as the shell that reads it cares.
 *
 * `text` is a heredoc behind a command, in which the shell expands variables; `raw` one in which it does not.
 */
export type Quoting = 'plain' | 'single' | 'double' | 'text' | 'raw';

/** The quotes around a place in a RUN; undefined where no shell reads it. */
export function quotingAt({ instruction, script, form, shebang }: Run, place: Range): Quoting | undefined {
  if (!script || (shebang !== undefined && !/\b(?:ba|da|a|z|k)?sh\b/.test(shebang))) return undefined;
  const body = form === 'shell' ? bodyAround(instruction, place) : undefined;
  if (body) return body.expand ? 'text' : 'raw';
  const start = unitAt(script, place.start);
  return start < 0 ? undefined : quotesAround(script, start);
}

function bodyAround(instruction: Instruction, place: Range): Instruction['heredocs'][number] | undefined {
  return instruction.heredocs.find(({ bodyRange }) => place.start >= bodyRange.start && place.end <= bodyRange.end);
}

/** Shell text that the shell replaces by the value of the variable; undefined where it replaces nothing. */
export function asVariable(quoting: Quoting, variable: string): string | undefined {
  switch (quoting) {
    case 'plain':
      return `"$${variable}"`;
    case 'single':
      return `'"$${variable}"'`;
    case 'double':
    case 'text':
      return `\${${variable}}`;
    case 'raw':
      return undefined;
  }
}

/** Shell text that stays `${NAME}`, for a tool to expand later. */
export function asName(quoting: Quoting, variable: string): string {
  return quoting === 'single' || quoting === 'raw' ? `\${${variable}}` : `\\\${${variable}}`;
}

/** An escaped character, a string, a comment, or any other character; a quote alone is one that stays open. */
const token = /\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|(?<=^|[\s;&|()])#[^\n]*|[\s\S]/g;

/** A quoted string of a shell text; one that stays open reaches to the end. */
interface Quoted {
  range: Range;
  quoting: Quoting;
}

const strings = new WeakMap<LogicalText, readonly Quoted[]>();

/** The quotes around a unit of a shell text. */
function quotesAround(script: LogicalText, unit: number): Quoting {
  const known = strings.get(script) ?? quotedIn(script.text);
  strings.set(script, known);
  const last = lastUpTo(known, unit - 1);
  return last !== undefined && last.range.end > unit ? last.quoting : 'plain';
}

function quotedIn(text: string): Quoted[] {
  const found: Quoted[] = [];
  for (const { 0: string, index } of text.matchAll(token)) {
    const quoting = string.startsWith("'") ? 'single' : string.startsWith('"') ? 'double' : undefined;
    if (quoting === undefined) continue;
    const isOpen = string.length === 1;
    found.push({ range: { start: index, end: isOpen ? text.length + 1 : index + string.length }, quoting });
    if (isOpen) break;
  }
  return found;
}
