import { relative, resolve, sep } from 'node:path';

/** A path as it is shown, and as CI services want it: relative to `cwd`, with `/`; absolute where it lies outside. */
export function shownPath(cwd: string, path: string): string {
  const way = relative(cwd, resolve(cwd, path)) || '.';
  return (way.startsWith('..') ? resolve(cwd, path) : way).split(sep).join('/');
}
