import { escapeOf, readDirectives } from './directives.ts';
import { readHeredocs } from './heredoc.ts';
import { mayOpenHeredoc, readInstruction } from './instruction.ts';
import { invalid } from './invalid.ts';
import { type Line, newlineOf, splitLines } from './lines.ts';
import { joinLines } from './logical.ts';
import type { Dockerfile, EscapeChar, Instruction } from './model.ts';
import { buildStages } from './stages.ts';
import { validateInstruction } from './validate.ts';

export interface ParseOptions {
  /** Build arguments by name, for a FROM that names a stage through a variable. */
  buildArgs?: ReadonlyMap<string, string>;
}

/**
 * Reads a Dockerfile as BuildKit does.
 *
 * Lossless: every piece keeps its range in `source`. What BuildKit refuses for its shape throws `DOCKERFILE_INVALID`
 * with the line; what it refuses later (unknown flags, bad values) passes. Source: BuildKit, frontend/dockerfile.
 */
export function parseDockerfile(source: string, options: ParseOptions = {}): Dockerfile {
  const lines = splitLines(source);
  const directives = readDirectives(source, lines);
  const escapeChar = escapeOf(directives);
  const instructions = readInstructions(source, lines, escapeChar);
  if (instructions.length === 0) throw invalid(Math.max(lines.length, 1), 'file with no instructions');
  // What an ONBUILD holds is read when the child image is built: BuildKit accepts what it does not know there.
  for (const instruction of instructions) validateInstruction(instruction);
  const stages = buildStages(instructions, escapeChar, options.buildArgs ?? new Map());
  if (stages.length === 0) throw invalid(instructions[0]!.line, 'no build stage');
  return {
    source,
    directives,
    escape: escapeChar,
    newline: newlineOf(source),
    instructions,
    globalArgs: instructions.filter(({ stage }) => stage === undefined),
    stages,
  };
}

function readInstructions(source: string, lines: readonly Line[], escapeChar: EscapeChar): Instruction[] {
  const instructions: Instruction[] = [];
  let stage = -1;
  let index = 0;
  while (index < lines.length) {
    const joined = joinLines(source, lines, index, escapeChar);
    if (joined === undefined) {
      index++;
      continue;
    }
    const { heredocs, next } = mayOpenHeredoc(joined.logical)
      ? readHeredocs(source, lines, joined.logical.text, joined.next)
      : { heredocs: [], next: joined.next };
    const first = lines[index]!;
    const last = lines[next - 1]!;
    const instruction = readInstruction(joined.logical, escapeChar, {
      range: { start: first.start, end: last.end },
      lineRange: { start: first.start, end: last.next },
      line: first.number,
      endLine: last.number,
      heredocs,
    });
    if (instruction.keyword === 'FROM') stage++;
    if (stage < 0 && instruction.keyword !== 'ARG') throw invalid(first.number, 'no build stage in current context');
    instructions.push({ ...instruction, ...(stage < 0 ? {} : { stage }) });
    index = next;
  }
  return instructions;
}
