import type { Command, Word, WordPart } from 'unbash';
import { type LogicalText, rangeIn } from '../logical.ts';
import type { Instruction } from '../model.ts';
import { runCommand } from './run.ts';
import { parseScript } from './syntax.ts';
import { wordText } from './text.ts';
import { isShellCall, scriptArgument } from './wrappers.ts';

/** The script of a RUN that is nothing but `sh -c '…'`, with the quotes that it stands in. */
export interface QuotedShell {
  /** As the inner shell gets it; an escaped character lies at its backslash. */
  script: LogicalText;
  quote: "'" | '"';
  /** Where the backslashes stand, each with the length of its escape. */
  escapes: ReadonlyMap<number, number>;
  /** The source offsets of the opening and of the closing quote. */
  opening: number;
  closing: number;
}

const known = new WeakMap<Instruction, { shell: QuotedShell | undefined }>();

/**
 * The quoted script of a RUN in shell form that does nothing but start a shell with it.
 *
 * Only where the quotes are plain: single quotes, or double quotes in which nothing but quotes is escaped and nothing but
 * variables is expanded, so that it makes no difference which of the two shells expands them.
 */
export function quotedShell(instruction: Instruction): QuotedShell | undefined {
  const before = known.get(instruction) ?? { shell: findShell(instruction) };
  known.set(instruction, before);
  return before.shell;
}

function findShell(instruction: Instruction): QuotedShell | undefined {
  if (!/^\s*(?:\S*\/)?(?:ba|da|a|z|k)?sh\s/.test(instruction.text) || instruction.heredocs.length > 0) return undefined;
  const command = runCommand(instruction);
  if (command?.form !== 'shell') return undefined;
  const word = lastWord(command.script.text);
  const part = word?.parts?.length === 1 ? word.parts[0] : undefined;
  if (!word || !part) return undefined;
  const raw = command.script.text.slice(word.pos, word.end);
  const quote = raw.charAt(0);
  if (raw.length < 2 || !raw.endsWith(quote) || (quote !== "'" && quote !== '"')) return undefined;
  if (quote === '"' && !isPlain(part, raw)) return undefined;
  const { offsets } = command.script;
  const escapes = new Map([...raw.matchAll(/\\"/g)].map(({ index }) => [offsets[word.pos + index]!, 2] as const));
  const inner = wordText(word, command.script);
  return {
    script: quote === "'" ? inner : { ...inner, offsets: atBackslashes(inner, escapes) },
    quote,
    escapes: quote === "'" ? new Map() : escapes,
    opening: offsets[word.pos]!,
    closing: rangeIn(offsets, word.pos, word.end).end - 1,
  };
}

/** The script's word, where the text is one command that starts a shell with it and hands it no arguments. */
function lastWord(text: string): Word | undefined {
  const ast = parseScript(text);
  const [statement, ...more] = ast?.commands ?? [];
  if (!statement || more.length > 0 || statement.background || (ast?.errors ?? []).length > 0) return undefined;
  if (statement.command.type !== 'Command') return undefined;
  const { name, args, prefix, redirects }: Command = statement.command;
  if (name === undefined || prefix.length > 0 || redirects.length > 0) return undefined;
  const words = [name, ...args].map((word) => (word.type === 'Word' ? word.value : ''));
  const argument = scriptArgument(words);
  const word = args.at(-1);
  return isShellCall(words) && argument === words.length - 1 && word?.type === 'Word' ? word : undefined;
}

function isPlain(part: WordPart, raw: string): boolean {
  if (part.type !== 'DoubleQuoted' || /\\(?!")|`/.test(raw)) return false;
  return (
    part.parts.every(
      (one) =>
        one.type === 'Literal' ||
        one.type === 'SimpleExpansion' ||
        (one.type === 'ParameterExpansion' && one.operation === undefined && one.prefix === undefined),
    ) &&
    // The outer shell expands what stands in single quotes of the inner one.
    !/'[^']*\$[^']*'/.test(raw)
  );
}

/** The offsets of a script in double quotes: an escaped quote begins at its backslash. */
function atBackslashes({ text, offsets }: LogicalText, escapes: ReadonlyMap<number, number>): number[] {
  return offsets.map((offset, unit) => (text[unit] === '"' && escapes.has(offset - 1) ? offset - 1 : offset));
}

/** `text` as it is written between the quotes. */
export function withinQuotes(text: string, quote: QuotedShell['quote']): string {
  return quote === "'" ? text.replaceAll("'", "'\\''") : text.replace(/["\\$`]/g, '\\$&');
}
