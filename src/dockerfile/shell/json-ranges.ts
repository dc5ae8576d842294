import type { ShellAnalysis } from './model.ts';

/**
 * The analysis of a script that stands in a JSON string, with ranges that end behind the escape which their last character
 * is written as.
 *
 * The places of a script are those where its characters begin. `escapes` are the lengths of the escapes, by their place.
 */
export function withEscapes(analysis: ShellAnalysis, escapes: ReadonlyMap<number, number>): ShellAnalysis {
  return escapes.size === 0 ? analysis : (widened(analysis, escapes) as ShellAnalysis);
}

function widened(value: unknown, escapes: ReadonlyMap<number, number>): unknown {
  if (Array.isArray(value)) return value.map((item) => widened(item, escapes));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, widened(inner, escapes)] as const);
  const copy = Object.fromEntries(entries) as { start?: unknown; end?: unknown };
  if (typeof copy.start !== 'number' || typeof copy.end !== 'number') return copy;
  const length = escapes.get(copy.end - 1);
  return length === undefined || copy.end === copy.start ? copy : { ...copy, end: copy.end - 1 + length };
}
