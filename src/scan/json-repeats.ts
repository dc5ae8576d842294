const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/**
 * Whether an object of a JSON document has a name twice: parsers keep the last of them, or the first, or put both together.
 *
 * `value` is what `text`, which must be valid JSON, was parsed to. RFC 8259, 4: names should be unique.
 */
export function repeatsName(text: string, value: unknown): boolean {
  return namesWritten(text) !== namesKept(value);
}

function namesWritten(text: string): number {
  let names = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    at++;
    while (text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
    at++;
    while (isBlank(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) === colon) names++;
  }
  return names;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Not recursive: documents may nest deeply. */
function namesKept(value: unknown): number {
  let names = 0;
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    const members: unknown[] = Object.values(next);
    if (!Array.isArray(next)) names += members.length;
    for (const member of members) open.push(member);
  }
  return names;
}
