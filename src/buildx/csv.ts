import { SafebuildError } from '../errors.ts';

/**
 * Reads one CSV record of `key=value` fields as buildx does (Go's encoding/csv), e.g. `type=local,"dest=a,b"`.
 *
 * Keys are lower-cased. A field without `=` maps to the empty string. Throws USAGE on broken quoting.
 */
export function parseFields(text: string, flag: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const field of splitRecord(text, flag)) {
    const equals = field.indexOf('=');
    if (equals < 0) fields.set(field.trim().toLowerCase(), '');
    else fields.set(field.slice(0, equals).trim().toLowerCase(), field.slice(equals + 1));
  }
  return fields;
}

/** Writes fields back as one CSV record. */
export function formatFields(fields: Iterable<readonly [string, string]>): string {
  return [...fields]
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .map((field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}

function splitRecord(text: string, flag: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at <= text.length) {
    if (text[at] !== '"') {
      const comma = text.indexOf(',', at);
      fields.push(text.slice(at, comma < 0 ? undefined : comma));
      if (comma < 0) return fields;
      at = comma + 1;
      continue;
    }
    const [field, next] = quotedField(text, at, flag);
    fields.push(field);
    if (next >= text.length) return fields;
    at = next + 1;
  }
  return fields;
}

function quotedField(text: string, start: number, flag: string): [field: string, next: number] {
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
  return new SafebuildError('USAGE', `The value of ${flag} has a quote that does not end its field.`, {
    hint: 'Quote a whole field, e.g. \'"dest=a,b",type=local\'.',
  });
}
