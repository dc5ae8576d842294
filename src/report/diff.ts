import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Paint } from './text.ts';

/** A text before and after; without `before` the file is new. */
export interface TextChange {
  /** Relative to where the patch is to be applied, with `/`. */
  path: string;
  before?: string;
  after: string;
}

/**
 * The unified diff of a file, as `git apply` and `patch -p1` read it; empty where nothing changes.
 *
 * Imported from here and not from the folder's index: no build waits for the library. It quotes the lines around what changes: mask values in both texts first, where it is to be shown.
 */
export function unifiedDiff({ path, before, after }: TextChange): string {
  if (before === after) return '';
  const from = before === undefined ? '/dev/null' : `a/${path}`;
  return createTwoFilesPatch(from, `b/${path}`, before ?? '', after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

/** The diff in the colours of git: file names bold, places dim, what goes red, what comes green. */
export function paintDiff(diff: string, paint: Paint): string {
  return diff
    .split('\n')
    .map((line) => paintLine(line, paint))
    .join('\n');
}

function paintLine(line: string, paint: Paint): string {
  if (/^(?:---|\+\+\+) (?:[ab]\/|\/dev\/null)/.test(line)) return paint.bold(line);
  if (line.startsWith('@@')) return paint.dim(line);
  if (line.startsWith('-')) return paint.red(line);
  return line.startsWith('+') ? paint.green(line) : line;
}
