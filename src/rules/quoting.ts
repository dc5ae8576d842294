import { type Instruction, runCommand } from '../dockerfile/index.ts';
import type { Range } from '../finding.ts';

/**
 * What a literal stands in, as far as the shell that reads it cares.
 *
 * `text` is a heredoc behind a command, in which the shell expands variables; `raw` one in which it does not.
 */
export type Quoting = 'plain' | 'single' | 'double' | 'text' | 'raw';

/** The quotes around a place in a RUN; undefined where no shell reads it. */
export function quotingAt(instruction: Instruction, place: Range): Quoting | undefined {
  const command = runCommand(instruction);
  if (!command?.script) return undefined;
  if (command.form === 'script' && command.shebang !== undefined && !/\b(?:ba|da|a|z|k)?sh\b/.test(command.shebang)) {
    return undefined;
  }
  const body = command.form === 'shell' ? bodyAround(instruction, place) : undefined;
  if (body) return body.expand ? 'text' : 'raw';
  const { text, offsets } = command.script;
  const start = offsets.indexOf(place.start);
  return start < 0 ? undefined : stateAfter(text.slice(0, start));
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

/** The quotes that are open at the end of a shell text. */
function stateAfter(text: string): Quoting {
  for (const [found] of text.matchAll(token)) {
    if (found === "'") return 'single';
    if (found === '"') return 'double';
  }
  return 'plain';
}
