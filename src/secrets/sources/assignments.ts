import { parse } from 'dotenv';

/** One `NAME=value` of an env file. Lines count from 1. */
export interface Assignment {
  name: string;
  value: string;
  line: number;
}

export interface Assignments {
  /** In file order; a name may occur more than once, and the last one counts. */
  assignments: readonly Assignment[];
  /** Lines that are neither blank, nor a comment, nor part of an assignment. */
  ignoredLines: readonly number[];
}

// dotenv's own pattern (LINE): `parse` tells no positions and keeps only the last value of a name.
const line =
  /(?:^|^)\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?(?:$|$)/gm;

/**
 * Reads the text of an env file exactly as dotenv does, with line numbers and without losing overridden values.
 *
 * Nothing is expanded: `$` and backquotes mean themselves (a value is data, never a program).
 */
export function readAssignments(source: string): Assignments {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const assignments: Assignment[] = [];
  const lineOf = lineCounter(text);
  let rest = '';
  let at = 0;
  for (const match of text.matchAll(line)) {
    const name = match[1] ?? '';
    const nameAt = match.index + match[0].search(/[\w.-]/);
    const value = parse(match[0])[name];
    if (value === undefined) continue;
    assignments.push({ name, value, line: lineOf(nameAt) });
    rest += text.slice(at, match.index) + match[0].replace(/[^\n]/g, ' ');
    at = match.index + match[0].length;
  }
  rest += text.slice(at);
  // dotenv itself has the last word on what a name's value is.
  const last = new Map(assignments.map((assignment) => [assignment.name, assignment]));
  for (const [name, value] of Object.entries(parse(text))) {
    const ours = last.get(name);
    if (ours?.value !== value) assignments.push({ name, value, line: ours?.line ?? 1 });
  }
  const ignoredLines = rest.split('\n').flatMap((row, index) => (/^\s*(?:#|$)/.test(row) ? [] : [index + 1]));
  return { assignments, ignoredLines };
}

/** Line of an offset; offsets must come in ascending order. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (; at < offset; at++) if (text[at] === '\n') line++;
    return line;
  };
}
