/** `path` seen from the folder `from`, without `.`, `..` and double slashes; a path with a leading `/` stands alone. */
export function resolvePath(from: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${from}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Whether the path is the folder or lies in it; both absolute and resolved. */
export function isIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
