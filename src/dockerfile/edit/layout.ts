import type { Dockerfile, Instruction } from '../model.ts';

/** How additions to a RUN are laid out. */
export interface Layout {
  newline: string;
  /** Escape, newline and indentation; empty when additions stay on the line they are made on. */
  breakLine: string;
}

/**
 * The layout of a RUN: additions go on lines of their own, in the RUN's own style.
 *
 * On one line when lines are to be kept, and when a RUN of one line gets one addition.
 */
export function layoutOf(
  dockerfile: Dockerfile,
  instruction: Instruction,
  additions: number,
  keepLines: boolean,
): Layout {
  const { source, newline } = dockerfile;
  const lines = source.slice(instruction.range.start, commandEnd(instruction)).split('\n');
  if (keepLines || (lines.length === 1 && additions < 2)) return { newline, breakLine: '' };
  const own = /^[ \t]*/.exec(source.slice(instruction.lineRange.start))![0];
  const continued = lines.slice(1).find((line) => !/^\s*(?:#|$)/.test(line));
  const indent = continued === undefined ? `${own}    ` : /^[ \t]*/.exec(continued)![0];
  return { newline, breakLine: `${dockerfile.escape}${newline}${indent}` };
}

/** The end of the command, without heredoc bodies. */
function commandEnd({ textOffsets, range, heredocs }: Instruction): number {
  return heredocs.length === 0 ? range.end : textOffsets.at(-1)!;
}
