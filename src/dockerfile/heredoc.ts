import { rawWords, unquotedWords } from './expand.ts';
import { invalid } from './invalid.ts';
import type { Line } from './lines.ts';
import type { Heredoc } from './model.ts';

interface Opening {
  name: string;
  expand: boolean;
  chomp: boolean;
}

/** A heredoc's opening, when `word` is one. Throws `DOCKERFILE_INVALID` on a delimiter with an open quote. */
export function heredocOpening(word: string): Opening | undefined {
  const match = /^(?:\d*)<<(-?)([^<]*)$/.exec(word);
  const delimiter = match?.[2];
  if (delimiter === undefined || delimiter === '') return undefined;
  const names = unquotedWords(delimiter, { rawQuotes: false });
  const raw = unquotedWords(delimiter, { rawQuotes: true });
  const name = names[0];
  if (names.length !== 1 || name === undefined) return undefined;
  return { name, expand: quotesIn(name) === quotesIn(raw.join(' ')), chomp: match?.[1] === '-' };
}

function quotesIn(text: string): number {
  return text.split(/['"]/).length;
}

/**
 * Reads the heredoc bodies that a logical line opens, one behind the other from `lines[index]` on.
 *
 * `line` is the whole logical line, keyword and flags included, because BuildKit looks at all of it. Throws
 * `DOCKERFILE_INVALID` when a terminator is missing. Source: BuildKit, frontend/dockerfile/parser/parser.go.
 */
export function readHeredocs(
  source: string,
  lines: readonly Line[],
  line: string,
  index: number,
): { heredocs: Heredoc[]; next: number } {
  const heredocs: Heredoc[] = [];
  let next = index;
  const openings = line.includes('<<') ? rawWords(line).map(heredocOpening) : [];
  for (const opening of openings) {
    if (opening === undefined) continue;
    const first = next;
    while (next < lines.length && !closes(source, lines[next]!, opening)) next++;
    const terminator = lines[next];
    if (terminator === undefined) throw invalid(lines[index - 1]!.number, 'unterminated heredoc');
    const bodyRange = { start: lines[first]!.start, end: terminator.start };
    heredocs.push({ ...opening, bodyRange, body: source.slice(bodyRange.start, bodyRange.end) });
    next++;
  }
  return { heredocs, next };
}

function closes(source: string, line: Line, opening: Opening): boolean {
  const text = source.slice(line.start, line.end);
  return (opening.chomp ? text.replace(/^\t+/, '') : text) === opening.name;
}
