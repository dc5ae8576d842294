import { invalid } from './invalid.ts';
import type { Line } from './lines.ts';
import type { Directive, EscapeChar } from './model.ts';
import { skipSpace } from './space.ts';

const form = /^#([\t-\r \u0085\u00a0]*)([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*$/;

/**
 * Reads the parser directives at the top of a file; the first other line ends them.
 *
 * Blanks in front of `#` are allowed. Throws `DOCKERFILE_INVALID` on a repeated directive and on an escape other than
 * `\` and `` ` ``. Source: BuildKit, frontend/dockerfile/parser/directives.go.
 */
export function readDirectives(source: string, lines: readonly Line[]): Directive[] {
  const directives: Directive[] = [];
  for (const line of lines) {
    const text = source.slice(line.start, line.end);
    const indent = skipSpace(text);
    const match = form.exec(text.slice(indent));
    const name = match?.[2]?.toLowerCase();
    const value = match?.[3];
    if (value === undefined || (name !== 'syntax' && name !== 'escape' && name !== 'check')) break;
    if (directives.some((known) => known.name === name)) {
      throw invalid(line.number, `only one ${name} directive can be used`);
    }
    if (name === 'escape' && value !== '\\' && value !== '`') {
      throw invalid(line.number, 'the escape directive takes \\ or `');
    }
    directives.push({ name, value, range: { start: line.start + indent, end: line.end }, line: line.number });
  }
  return directives;
}

/** The escape character that the directives choose. */
export function escapeOf(directives: readonly Directive[]): EscapeChar {
  return directives.some((directive) => directive.name === 'escape' && directive.value === '`') ? '`' : '\\';
}
