import type { ProjectFiles } from '../ecosystem.ts';

/** What the go tool reads, and what only its tests read. */
const ofCompiler =
  /(?:^|\/)(?:go\.(?:mod|sum|work|work\.sum)|\.golangci\.ya?ml)$|\.(?:go|s|S|c|h)$|^vendor\/|(?:^|\/)testdata\//;

/**
 * Whether a file is source code, or becomes a part of the program by `//go:embed`.
 *
 * Of patterns only whole names, folders and `*` are understood; a file of any other counts as none.
 */
export function goSources(files: ProjectFiles): (path: string) => boolean {
  const embedded = files.list.filter((path) => path.endsWith('.go') && !path.startsWith('vendor/')).flatMap(embeds);
  return (path) => ofCompiler.test(path) || embedded.some((pattern) => pattern.test(path));

  function embeds(path: string): RegExp[] {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const lines = (files.text(path) ?? '').matchAll(/^\/\/go:embed[ \t]+(.+)$/gm);
    return [...lines]
      .flatMap(([, patterns = '']) => patterns.trim().split(/\s+/))
      .filter((pattern) => /^[\w./:@-]*(?:\*[\w./:@-]*){0,2}$/.test(pattern))
      .map((pattern) => matching(`${folder}${pattern.replace(/^all:/, '').replace(/\/$/, '')}`));
  }
}

function matching(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+@:-]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]*')}(?:/|$)`);
}
