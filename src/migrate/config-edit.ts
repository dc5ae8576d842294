import { isDeepStrictEqual } from 'node:util';
import { type Document, isCollection, isMap, isScalar, type Pair, parseDocument, stringify, type YAMLMap } from 'yaml';
import type { Answers } from './answers.ts';

/** One scalar of `safebuild.yaml`: the keys that lead to it, and its value. */
interface Entry {
  path: readonly string[];
  value: string;
}

/**
 * The text of `safebuild.yaml` with the answers in it; `text` is empty where there is none yet.
 *
 * Splices: comments, quotes and blank lines of what stands there stay byte for byte. Where a splice would not say what was
 * meant, the file is printed anew by the yaml library, which keeps comments but not every blank.
 */
export function withAnswersWritten(text: string, answers: Answers): string {
  return entriesOf(answers).reduce(withEntry, text);
}

function entriesOf({ secrets, files, multiStage }: Answers): Entry[] {
  return [
    ...(multiStage === undefined ? [] : [{ path: ['multi-stage'], value: multiStage }]),
    ...[...secrets].flatMap(([name, answer]) =>
      Object.entries(answer).map(([field, value]): Entry => ({ path: ['secrets', name, field], value: String(value) })),
    ),
    ...[...files].map(([path, needed]): Entry => ({ path: ['files', path, 'needed'], value: needed })),
  ];
}

function withEntry(text: string, entry: Entry): string {
  const document = parseDocument(text);
  const meant = plainWith(document, entry);
  const spliced = splice(text, document, entry);
  if (spliced !== undefined && says(spliced, meant)) return spliced;
  return printed(document, entry);
}

/** `API_KEY: secret` is short for its kind, `API_KEY: vault://…` for where it comes from. */
function unfolded(word: unknown): { kind?: unknown; from?: unknown } {
  return word === 'secret' || word === 'setting' ? { kind: word } : { from: word };
}

function printed(document: Document, { path, value }: Entry): string {
  for (let depth = 1; depth < path.length; depth++) {
    const above = path.slice(0, depth);
    const known = document.getIn(above);
    if (!isCollection(known))
      document.setIn(above, document.createNode(typeof known === 'string' ? unfolded(known) : {}));
  }
  document.setIn(path, value);
  return document.toString({ lineWidth: 0 });
}

function says(text: string, meant: unknown): boolean {
  const document = parseDocument(text);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), meant);
}

/** What the file is to say, as plain data. */
function plainWith(document: Document, { path: [section, name, field], value }: Entry): unknown {
  const file = (document.toJS() ?? {}) as Record<string, Record<string, unknown> | null>;
  if (name === undefined) return { ...file, [section!]: value };
  const known = file[section!]?.[name!];
  const fields = typeof known === 'string' ? unfolded(known) : ((known ?? {}) as object);
  return { ...file, [section!]: { ...file[section!], [name!]: { ...fields, [field!]: value } } };
}

function splice(text: string, document: Document, { path, value }: Entry): string | undefined {
  if (document.contents === null) return isBlank(text) ? appended(text, path, value) : undefined;
  const { map, depth, node } = innermost(document, path);
  if (map === undefined) return undefined;
  if (node === undefined) return depth === 0 ? appended(text, path, value) : inserted(text, map, path, depth, value);
  if (!isScalar(node) || node.value === null || !node.range) return undefined;
  const isField = depth === path.length - 1;
  if (isField) return text.slice(0, node.range[0]) + scalar(value) + text.slice(node.range[1]);
  const [[key, word] = []] = Object.entries({ ...unfolded(node.value), [path[depth + 1]!]: undefined });
  if (word === undefined) return undefined;
  const now = `{ ${key}: ${scalar(word)}, ${flow(path, depth + 1, value)} }`;
  return text.slice(0, node.range[0]) + now + text.slice(node.range[1]);
}

/** The last map on the way, how deep it is, and what stands there under the next key if that is no map. */
function innermost(document: Document, path: readonly string[]): { map?: YAMLMap; depth: number; node?: unknown } {
  let map: unknown = document.contents;
  for (const [depth, key] of path.entries()) {
    if (!isMap(map)) return { depth };
    const pair = pairAt(map, key);
    if (pair === undefined) return { map, depth };
    if (!isMap(pair.value)) return { map, depth, node: pair.value };
    map = pair.value;
  }
  return { depth: path.length };
}

/** Only comments and blank lines. */
function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line));
}

function appended(text: string, [section, ...rest]: readonly string[], value: string): string {
  const newline = newlineOf(text);
  const end = text === '' || text.endsWith('\n') ? '' : newline;
  if (rest.length === 0) return `${text}${end}${section}: ${scalar(value)}${newline}`;
  return `${text}${end}${section}:${newline}  ${flow(rest, 0, value)}${newline}`;
}

function inserted(
  text: string,
  map: YAMLMap,
  path: readonly string[],
  depth: number,
  value: string,
): string | undefined {
  const entry = flow(path, depth, value);
  const last = map.items.at(-1);
  if (map.flow) {
    const close = (map.range?.[1] ?? 0) - 1;
    if (text[close] !== '}') return undefined;
    const head = text.slice(0, close).trimEnd();
    return `${head}${last === undefined ? ' ' : ', '}${entry} ${text.slice(close)}`;
  }
  const start = isScalar(last?.key) ? last.key.range?.[0] : undefined;
  const end = endOf(last);
  if (start === undefined || end === undefined) return undefined;
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  if (indent.trim() !== '') return undefined;
  const newline = newlineOf(text);
  const feed = text[end - 1] === '\n' ? end - 1 : text.indexOf('\n', end);
  if (feed === -1) return `${text}${newline}${indent}${entry}${newline}`;
  return `${text.slice(0, feed + 1)}${indent}${entry}${newline}${text.slice(feed + 1)}`;
}

function endOf(pair: Pair | undefined): number | undefined {
  const node = pair?.value ?? pair?.key;
  return isScalar(node) || isCollection(node) ? node.range?.[1] : undefined;
}

function pairAt(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

/** `API_KEY: { needed: runtime }`, from the key at `depth` on. */
function flow(path: readonly string[], depth: number, value: string): string {
  const [key, ...rest] = path.slice(depth);
  if (rest.length === 0) return `${scalar(key)}: ${scalar(value)}`;
  return `${scalar(key)}: { ${flow(rest, 0, value)} }`;
}

/** In quotes where YAML would not take it for a text, in braces too. */
function scalar(value: unknown): string {
  const plain = stringify(value, { lineWidth: 0 }).trimEnd();
  return /[,{}[\]\n]/.test(plain) && !plain.startsWith('"') ? JSON.stringify(value) : plain;
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
