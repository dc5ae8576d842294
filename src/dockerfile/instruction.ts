import { splitCommand } from './command.ts';
import { invalid } from './invalid.ts';
import { parseJsonForm } from './json.ts';
import { type LogicalText, rangeIn, sliceText } from './logical.ts';
import type { EscapeChar, Heredoc, Instruction } from './model.ts';
import { readPairs } from './pairs.ts';

/** Where an instruction lies in its file: the fields that an ONBUILD shares with the instruction behind it. */
export interface Placement extends Pick<Instruction, 'range' | 'lineRange' | 'line' | 'endLine' | 'heredocs'> {
  heredocs: readonly Heredoc[];
}

const execForms: ReadonlySet<string> = new Set(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME']);

/** Reads one logical line as an instruction. Throws `DOCKERFILE_INVALID`. */
export function readInstruction(
  logical: LogicalText,
  escapeChar: EscapeChar,
  placement: Placement,
  behindOnbuild = false,
): Instruction {
  const { keyword: written, flags, argument } = splitCommand(logical);
  const keyword = written.text.toUpperCase();
  const keywordRange = rangeIn(written.offsets, 0, written.text.length);
  const json = execForm(keyword, argument, placement.line);
  return {
    keyword,
    keywordRange,
    ...placement,
    range: { start: keywordRange.start, end: placement.range.end },
    flags,
    text: argument.text,
    textOffsets: argument.offsets,
    ...(json === undefined ? {} : { json }),
    ...(keyword === 'ENV' || keyword === 'LABEL' || keyword === 'ARG'
      ? { pairs: readPairs(keyword, argument, escapeChar, placement.line) }
      : {}),
    // What stands behind ONBUILD ONBUILD does not matter: nobody may write that.
    ...(keyword === 'ONBUILD' && argument.text !== '' && !behindOnbuild
      ? { onbuild: readInstruction(argument, escapeChar, placement, true) }
      : {}),
  };
}

function execForm(keyword: string, argument: LogicalText, line: number): string[] | undefined {
  const text = keyword === 'HEALTHCHECK' ? argument.text.replace(/^\S+\s*/, '') : argument.text;
  if (text === '' || (!execForms.has(keyword) && keyword !== 'HEALTHCHECK')) return undefined;
  const strings = parseJsonForm(text);
  if (strings === 'invalid') throw invalid(line, 'an exec form may hold strings only');
  return strings === 'shell' ? undefined : strings.map(({ value }) => value);
}

/** Whether BuildKit looks for heredocs in an instruction. */
export function mayOpenHeredoc(logical: LogicalText): boolean {
  const { keyword, argument } = splitCommand(logical);
  const name = keyword.text.toUpperCase();
  if (name === 'ONBUILD') return !/^onbuild\b/i.test(argument.text) && mayOpenHeredoc(sliceText(argument, 0));
  if (name !== 'RUN' && name !== 'COPY' && name !== 'ADD') return false;
  return typeof parseJsonForm(argument.text) === 'string';
}
