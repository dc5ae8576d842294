/**
 * The fields of one CSV record, as docker's flags take it (`"src=a,b",id=s`); undefined for one that does not parse.
 *
 * RFC 4180 quoting with Go's strictness: a quote inside a bare field, or text behind a closing quote, is an error.
 */
export function csvFields(record: string): string[] | undefined {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const field = record[at] === '"' ? quotedField(record, at) : bareField(record, at);
    if (!field) return undefined;
    fields.push(field.text);
    at = field.end;
    if (at >= record.length) return fields;
    if (record[at] !== ',') return undefined;
    at++;
  }
}

function bareField(record: string, start: number): { text: string; end: number } | undefined {
  const comma = record.indexOf(',', start);
  const end = comma < 0 ? record.length : comma;
  const text = record.slice(start, end);
  return text.includes('"') ? undefined : { text, end };
}

function quotedField(record: string, start: number): { text: string; end: number } | undefined {
  let text = '';
  for (let at = start + 1; at < record.length; at++) {
    if (record[at] !== '"') text += record[at];
    else if (record[at + 1] === '"') text += record[at++];
    else return { text, end: at + 1 };
  }
  return undefined;
}
