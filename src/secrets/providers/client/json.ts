/** JSON of an answer or a tool's output; undefined when it is none. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}

/** What stands at a path of names and indexes in a JSON value; undefined where there is nothing. Inherited names do not count. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

/** The string at a path; undefined for anything else. */
export function stringAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The instant at a path, of an ISO 8601 text; undefined for anything else. */
export function dateAt(value: unknown, ...path: readonly (string | number)[]): Date | undefined {
  const date = new Date(stringAt(value, ...path) ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
