/**
 * Whether a COPY source matches a path of the context.
 *
 * `*` and `?` stay inside one path part, `[a-z]` and `\x` are as in Go's filepath.Match, which BuildKit uses. A broken
 * pattern matches nothing.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  if (!/[*?[\\]/.test(pattern)) return pattern === path;
  let source = '';
  for (const [part] of pattern.matchAll(/\\.|\[[^\]]*\]|[\s\S]/g)) {
    if (part === '*') source += '[^/]*';
    else if (part === '?') source += '[^/]';
    else if (part.startsWith('[') && part.length > 1) source += part.replace(/^\[!/, '[^');
    else source += part.replace(/^\\(?=.)/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  }
  try {
    return new RegExp(`^${source}$`, 's').test(path);
  } catch {
    return false;
  }
}
