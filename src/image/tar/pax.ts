import { decodeText } from './header.ts';
import { isNumber, type SparseRecords } from './sparse.ts';

/** What a pax header may override for reading. `size` counts stored bytes. */
export interface PaxFields {
  path?: string;
  linkpath?: string;
  size?: number;
  uid?: number;
  gid?: number;
  uname?: string;
  gname?: string;
  /** Set when the member is a sparse file. */
  sparse?: SparseRecords;
}

/**
 * Reads the records of a pax header: `LENGTH KEY=VALUE\n`, the length counting itself.
 *
 * Undefined when a record does not fit. Format: POSIX.1-2017, pax, "pax Extended Header".
 */
export function parsePax(body: Uint8Array): PaxFields | undefined {
  const fields: PaxFields = {};
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(32, at);
    const lengthText = space < 0 ? '' : decodeText(body.subarray(at, space));
    const length = Number(lengthText);
    const end = at + length;
    if (!/^[0-9]{1,9}$/.test(lengthText) || end > body.length || end <= space + 1 || body[end - 1] !== 10)
      return undefined;
    const record = body.subarray(space + 1, end - 1);
    const equals = record.indexOf(61);
    if (equals < 0 || !assign(fields, decodeText(record.subarray(0, equals)), record.subarray(equals + 1)))
      return undefined;
    at = end;
  }
  return fields;
}

function assign(fields: PaxFields, key: string, value: Uint8Array): boolean {
  if (key === 'path' || key === 'GNU.sparse.name') fields.path = decodeText(value);
  else if (key === 'linkpath') fields.linkpath = decodeText(value);
  else if (key === 'uname' || key === 'gname') fields[key] = decodeText(value);
  else if (key === 'size' || key === 'uid' || key === 'gid') {
    const text = decodeText(value);
    // a size decides what is read next; an owner that is no number is only not told
    if (!isNumber(text)) return key !== 'size';
    fields[key] = Number(text);
  } else if (key.startsWith('GNU.sparse.')) {
    fields.sparse ??= { numbers: [], size: undefined, major: 0, minor: 0 };
    return assignSparse(fields.sparse, key.slice('GNU.sparse.'.length), decodeText(value));
  }
  return true;
}

/** Versions 0.0 and 0.1 have the map here. Format: GNU tar manual, "Storing Sparse Files", PAX format. */
function assignSparse(sparse: SparseRecords, key: string, text: string): boolean {
  const numbers = text.split(',');
  if (!numbers.every(isNumber)) return false;
  if (key === 'map') sparse.numbers = numbers.map(Number);
  else if (key === 'offset' || key === 'numbytes') sparse.numbers.push(Number(text));
  else if (key === 'size' || key === 'realsize') sparse.size = Number(text);
  else if (key === 'major' || key === 'minor') sparse[key] = Number(text);
  return true;
}
