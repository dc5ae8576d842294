import { heredocOpening } from '../heredoc.ts';
import type { LogicalText } from '../logical.ts';
import type { Heredoc, Instruction } from '../model.ts';
import { shellScript } from './exec.ts';

/**
 * How BuildKit runs a RUN.
 *
 * `shell`: the text, with its heredocs, is given to the shell. `script`: the text is nothing but one heredoc, whose body is
 * the script; with a shebang, the program it names runs the body. `exec`: no shell but the one that the words start
 * themselves, whose text is the script then: `["sh", "-c", "…"]`. Source: BuildKit,
 * frontend/dockerfile/dockerfile2llb/convert.go, dispatchRun.
 */
export type RunCommand =
  | { form: 'shell'; script: LogicalText }
  | { form: 'script'; script: LogicalText; shebang?: string }
  | { form: 'exec'; script?: LogicalText };

/** How a RUN is run; undefined for every other instruction. The offsets of the script are those of the source. */
export function runCommand(instruction: Instruction): RunCommand | undefined {
  if (instruction.keyword !== 'RUN') return undefined;
  if (instruction.json !== undefined) {
    const script = shellScript(instruction);
    return { form: 'exec', ...(script === undefined ? {} : { script }) };
  }
  const [first] = instruction.heredocs;
  if (first !== undefined && heredocOpening(instruction.text) !== undefined) {
    const shebang = /^#!.*/.exec(first.body)?.[0].trimEnd();
    return { form: 'script', script: bodyText(first), ...(shebang === undefined ? {} : { shebang }) };
  }
  return { form: 'shell', script: withHeredocs(instruction) };
}

/** The body as the shell sees it: without leading tabs after `<<-`. */
function bodyText({ body, bodyRange, chomp }: Heredoc): LogicalText {
  let text = '';
  const offsets: number[] = [];
  // Not by the end of `text`: to look at it makes the engine copy what is there, for each character anew.
  let lineStart = true;
  for (let at = 0; at < body.length; at++) {
    const char = body[at]!;
    if (chomp && lineStart && char === '\t') continue;
    lineStart = char === '\n';
    text += char;
    offsets.push(bodyRange.start + at);
  }
  return { text, offsets: [...offsets, bodyRange.end] };
}

/** BuildKit puts the bodies and their terminators back behind the text and leaves the heredocs to the shell. */
function withHeredocs({ text, textOffsets, heredocs }: Instruction): LogicalText {
  let whole = text;
  const offsets = textOffsets.slice(0, -1);
  for (const { body, bodyRange, name } of heredocs) {
    whole += `\n${body}${name}`;
    offsets.push(bodyRange.start);
    for (let at = 0; at < body.length; at++) offsets.push(bodyRange.start + at);
    for (let at = 0; at < name.length; at++) offsets.push(bodyRange.end + at);
  }
  const last = offsets.at(-1);
  return { text: whole, offsets: [...offsets, last === undefined ? textOffsets[0]! : last + 1] };
}
