import { type LogicalText, rangeIn } from '../logical.ts';
import type { Instruction } from '../model.ts';
import { type Word, words } from '../words.ts';
import type { ShellCommand, ShellUse } from './model.ts';
import { programName, scriptArgument, wrappedCommand } from './wrappers.ts';

/** What an exec form runs. */
export interface ExecFacts {
  commands: ShellCommand[];
  /** Nothing expands them but a nested shell, hence all `single`. */
  uses: ShellUse[];
  /** The script of `["sh", "-c", "…"]`. */
  script?: LogicalText;
}

/** Reads the exec form of a RUN. Ranges are in the source. */
export function execFacts(instruction: Instruction): ExecFacts {
  const list = words(instruction);
  const commands: ShellCommand[] = [];
  let script: LogicalText | undefined;
  for (let from: number | undefined = 0; from !== undefined && from < list.length; ) {
    const inner = list.slice(from);
    const values = inner.map(({ value }) => value);
    commands.push({
      program: programName(values[0]!),
      words: inner.map(({ value, raw, range }) => ({ value, raw, range })),
      redirects: [],
      assignments: [],
      range: { start: inner[0]!.range.start, end: list.at(-1)!.range.end },
    });
    const argument = scriptArgument(values);
    if (argument !== undefined) script ??= decoded(inner[argument]!, instruction);
    const wrapped: number | undefined = wrappedCommand(values);
    from = wrapped === undefined ? undefined : from + wrapped;
  }
  const uses = list.flatMap((word) => usesOf(word, instruction));
  return { commands, uses, ...(script === undefined ? {} : { script }) };
}

/** A JSON string's value, each unit at the place of the character or escape that it comes from. */
function decoded({ value, textRange }: Word, { text, textOffsets }: Instruction): LogicalText {
  const offsets: number[] = [];
  for (let at = textRange.start + 1; at < textRange.end - 1; ) {
    offsets.push(textOffsets[at]!);
    if (text[at] !== '\\') at++;
    else at += text[at + 1] === 'u' ? 6 : 2;
  }
  return { text: value, offsets: [...offsets, textOffsets[textRange.end - 1]!] };
}

function usesOf(word: Word, instruction: Instruction): ShellUse[] {
  const { text, offsets } = decoded(word, instruction);
  return [...text.matchAll(/\$\{?([A-Za-z_]\w*)\}?/g)].map((match) => ({
    name: match[1]!,
    range: rangeIn(offsets, match.index, match.index + match[0].length),
    quoting: 'single',
  }));
}
