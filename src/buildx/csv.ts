import { SafebuildError } from '../errors.ts';

/**
 * Reads one CSV record of `key=value` fields as buildx does (Go's encoding/csv), e.g. `type=local,"dest=a,b"`.
 *
 * Keys are lower-cased. Throws USAGE for what buildx refuses too: broken quoting, and a field without `=`.
 */
export function parseFields(text: string, flag: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const field of splitRecord(text, flag)) {
    const equals = field.indexOf('=');
    if (equals < 0) {
      throw new SafebuildError('USAGE', `The value of ${flag} has a field without "=".`, {
        hint: `Write ${flag} key=value,key=value.`,
      });
    }
    fields.set(field.slice(0, equals).toLowerCase().trim(), field.slice(equals + 1));
  }
  return fields;
}

/** Writes fields back as one CSV record. */
export function formatFields(fields: Iterable<readonly [string, string]>): string {
  return [...fields]
    .map(([key, value]) => `${key}=${value}`)
    .map((field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}

/** The fields of one CSV record. Throws USAGE on a quote that is not around a whole field. */
export function splitRecord(text: string, flag: string): string[] {
  const fields: string[] = [];
  for (let at = 0; ; at++) {
    const [field, end] = text[at] === '"' ? quotedField(text, at, flag) : bareField(text, at, flag);
    fields.push(field);
    if (end >= text.length) return fields;
    at = end;
  }
}

function bareField(text: string, start: number, flag: string): [field: string, end: number] {
  const comma = text.indexOf(',', start);
  const end = comma < 0 ? text.length : comma;
  const field = text.slice(start, end);
  if (field.includes('"')) throw brokenQuotes(flag);
  return [field, end];
}

function quotedField(text: string, start: number, flag: string): [field: string, end: number] {
  let field = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw brokenQuotes(flag);
    field += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      if (quote + 1 < text.length && text[quote + 1] !== ',') throw brokenQuotes(flag);
      return [field, quote + 1];
    }
    field += '"';
    at = quote + 2;
  }
}

function brokenQuotes(flag: string): SafebuildError {
  return new SafebuildError('USAGE', `The value of ${flag} has a quote that does not go around a whole field.`, {
    hint: 'Quote a whole field, e.g. \'"dest=a,b",type=local\'.',
  });
}
