import type { ShellAnalysis } from '../dockerfile/index.ts';
import type { Range } from '../finding.ts';
import { around } from './spans.ts';

/** A file that standard output goes to, at the command or group that writes it. */
export interface Output {
  target: string;
  range: Range;
}

/**
 * The files that standard output goes to: by redirects, by those of `exec` for all that follows, and by way of other
 * descriptors (`exec 3> f; echo x >&3`).
 */
export function outputsOf({ redirects, duplicates }: ShellAnalysis): Output[] {
  const opened = new Map<number, Output[]>();
  for (const { target, fd, of } of redirects) {
    const output = { target, range: of };
    const known = opened.get(fd);
    if (known) known.push(output);
    else opened.set(fd, [output]);
  }
  const ways = duplicates.filter(({ fd, from }) => fd === 1 && from !== 1);
  const others = ways.flatMap(({ from, of }) => {
    const file = around(opened.get(from) ?? [], of).at(-1);
    return file ? [{ target: file.target, range: of }] : [];
  });
  return [...(opened.get(1) ?? []), ...others];
}

/** Whether commands may write a file that no redirect of their own names, so that writing it is no step by itself. */
export function movesOutput({ commands, redirects, duplicates }: ShellAnalysis): boolean {
  const hasExec = commands.some(
    ({ program, words, ...own }) => program === 'exec' && words.length === 1 && own.redirects.length > 0,
  );
  return hasExec || duplicates.some(({ from }) => redirects.some(({ fd }) => fd !== 1 && fd === from));
}
