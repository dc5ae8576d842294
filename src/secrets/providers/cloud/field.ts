import { isMap, isSeq, parseDocument } from 'yaml';

/** Which part of a structured value is meant. */
export interface Field {
  /** As the reference has it, for messages. */
  text: string;
  /** Ways to read it, in order: `#a.b` is first the one key `a.b`, then `b` within `a`. */
  paths: readonly (readonly string[])[];
}

/** Why there is no such part: the value is not structured, or there is no such key, or more or less than a value at it. */
export type NoField = 'not structured' | 'absent' | 'not one value' | 'inexact';

/**
 * Reads the fragment of a reference: `#/a/b` by the rules of RFC 6901 (and vals), `#name` and `#a.b` otherwise.
 *
 * Undefined for an empty fragment, which means the whole value.
 */
export function parseField(fragment: string | undefined, pointerOnly = false): Field | undefined {
  const text = fragment?.replace(/^\/+$/, '') ?? '';
  if (text === '') return undefined;
  if (!text.startsWith('/') && !pointerOnly) {
    return { text, paths: text.includes('.') ? [[text], text.split('.')] : [[text]] };
  }
  const keys = text.replace(/^\//, '').split('/');
  return { text, paths: [keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))] };
}

/**
 * Chooses one field of a value that is JSON or, as with vals, YAML.
 *
 * Numbers and booleans come exactly as they are written: `1.10` stays `1.10`, and no digit of a long one is lost.
 * A field that is null is `absent`.
 */
export function chooseField(value: Uint8Array, field: Field): Buffer | NoField {
  const text = utf8(value);
  if (text === undefined) return 'not structured';
  const tree = jsonTree(text) ?? yamlTree(text, 'core');
  if (tree === undefined) return 'not structured';
  for (const path of field.paths) {
    const found = descend(tree, path);
    if (found === undefined || found === null) continue;
    if (typeof found === 'object') return 'not one value';
    if (typeof found === 'string') return Buffer.from(found);
    const written = descend(yamlTree(text, 'failsafe'), path);
    if (typeof written === 'string') return Buffer.from(written);
    // JSON that is no YAML, such as with tabs
    return Number.isSafeInteger(found) || typeof found === 'boolean' ? Buffer.from(String(found)) : 'inexact';
  }
  return 'absent';
}

function utf8(value: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    return undefined;
  }
}

function jsonTree(text: string): object | undefined {
  try {
    const tree: unknown = JSON.parse(text);
    return typeof tree === 'object' && tree !== null ? tree : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for what is no map or list. With `failsafe`, all scalars are text, the way they are written. */
function yamlTree(text: string, schema: 'core' | 'failsafe'): object | undefined {
  // silent: the package puts lines of the source into its warnings
  const document = parseDocument(text, {
    schema,
    logLevel: 'silent',
    prettyErrors: false,
    uniqueKeys: false,
  });
  if (document.errors.length > 0 || !(isMap(document.contents) || isSeq(document.contents))) return undefined;
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

function descend(tree: unknown, path: readonly string[]): unknown {
  let node = tree;
  for (const key of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    if (Array.isArray(node) && !/^\d+$/.test(key)) return undefined;
    node = Reflect.get(node, key);
  }
  return node;
}
