import type { Search } from './search.ts';

const shown = '***';

/**
 * A text from the image with every form of every searched secret, and every weak value, replaced by `***`.
 *
 * For paths, history and labels: what names a leak often holds the value itself.
 */
export function mask(text: string, search: Search): string {
  return search.hideWeak(maskMatches(text, search), shown);
}

function maskMatches(text: string, search: Search): string {
  const bytes = Buffer.from(text);
  const matches = search.matches(bytes);
  if (matches.length === 0) return text;
  let masked = '';
  let at = 0;
  for (const match of matches) {
    if (match.end <= at) continue;
    if (match.start >= at) masked += bytes.toString('utf8', at, match.start) + shown;
    at = match.end;
  }
  return masked + bytes.toString('utf8', at);
}
