import { type LogicalText, rangeIn } from '../logical.ts';
import type { Instruction } from '../model.ts';
import { type Word, words } from '../words.ts';
import type { ShellCommand, ShellUse } from './model.ts';
import { isShellCall, maxWraps, programName, scriptArgument, wrappedCommand } from './wrappers.ts';

/** What an exec form runs. */
export interface ExecFacts {
  commands: ShellCommand[];
  /** Nothing expands them but a nested shell, hence all `single`. */
  uses: ShellUse[];
  /** The script of `["sh", "-c", "…"]`. */
  script?: LogicalText;
  /** That shell is all that the exec form starts, so that its script is the RUN's own shell text. */
  isShell: boolean;
}

/** Reads the exec form of a RUN. Ranges are in the source. */
export function execFacts(instruction: Instruction): ExecFacts {
  const list = words(instruction);
  const commands: ShellCommand[] = [];
  let script: { text: LogicalText; word: Word } | undefined;
  for (let from: number | undefined = 0; from !== undefined && from < list.length; ) {
    const inner = list.slice(from);
    const values = inner.map(({ value }) => value);
    const argument = scriptArgument(values);
    const wrapped: number | undefined = commands.length < maxWraps ? wrappedCommand(values) : undefined;
    commands.push({
      program: programName(values[0]!),
      words: inner.map(({ value, raw, range }) => ({ value, raw, range })),
      redirects: [],
      assignments: [],
      range: { start: inner[0]!.range.start, end: list.at(-1)!.range.end },
      ...((argument ?? wrapped) !== undefined && { wraps: true }),
    });
    const word = argument === undefined ? undefined : inner[argument];
    if (word !== undefined) script ??= { text: decoded(word, instruction), word };
    from = wrapped === undefined ? undefined : from + wrapped;
  }
  const isShell = isShellCall(list.slice(0, maxWraps).map(({ value }) => value));
  const uses = list.filter((word) => !isShell || word !== script?.word).flatMap((word) => usesOf(word, instruction));
  return { commands, uses, isShell, ...(script === undefined ? {} : { script: script.text }) };
}

/** The script of an exec form that is nothing but a shell with a script. Offsets are those of the source. */
export function shellScript(instruction: Instruction): LogicalText | undefined {
  const { isShell, script } = execFacts(instruction);
  return isShell ? script : undefined;
}

/** Where the escapes of the JSON strings begin that are longer than one character, with their lengths. */
export function escapesIn({ text, textOffsets }: Instruction): ReadonlyMap<number, number> {
  const lengths = new Map<number, number>();
  for (const match of text.matchAll(/\\(?:u[\da-fA-F]{4}|[\s\S])/g))
    lengths.set(textOffsets[match.index]!, match[0].length);
  return lengths;
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
