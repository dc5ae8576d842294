import { needlesOf, partialForm } from '../../../../src/scan/forms/index.ts';
import { compileNeedles } from '../../../../src/scan/matcher/index.ts';

/** A search for `value`, which answers the names of the forms in which a haystack holds it. */
export function searchFor(value: string | Buffer): (haystack: string | Buffer) => string[] {
  const { needles } = needlesOf(Buffer.from(value as string));
  const matcher = compileNeedles(needles);
  return (haystack) => {
    const found = new Set<string>();
    const stream = matcher.stream((needle) => found.add(needles[needle]?.form ?? ''));
    stream.push(Buffer.from(haystack as string));
    stream.end();
    // as a search tells it: a part is only told where there is no more
    return found.size > 1 ? [...found].filter((form) => form !== partialForm) : [...found];
  };
}

export function formsFound(value: string | Buffer, haystack: string | Buffer): string[] {
  return searchFor(value)(haystack);
}
