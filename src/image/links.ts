import type { Catalog } from './entry-record.ts';

/** Old `docker save` tars link a layer that equals an earlier one; chains are short. */
const maxHops = 16;

/** Path of the entry that `path` ends at; undefined when it leads nowhere, out of the source, or in a circle. */
export function resolveLink(catalog: Catalog, path: string): string | undefined {
  let current = path;
  for (let hop = 0; hop < maxHops; hop++) {
    const record = catalog.get(current);
    if (record === undefined) return undefined;
    if (record.link === undefined) return current;
    const target = join(current, record.link);
    if (target === undefined) return undefined;
    current = target;
  }
  return undefined;
}

function join(from: string, link: string): string | undefined {
  const parts = link.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of link.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
