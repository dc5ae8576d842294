const truthy = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const falsy = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** Reads a boolean as docker, buildx and BuildKit do (Go's strconv.ParseBool); undefined for any other text. */
export function parseBoolean(text: string): boolean | undefined {
  if (truthy.has(text)) return true;
  return falsy.has(text) ? false : undefined;
}
