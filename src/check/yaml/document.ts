import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from 'yaml';
import { SafebuildError } from '../../errors.ts';
import type { Range } from '../../finding.ts';

/** A YAML file: its documents, and where their nodes stand in it. */
export interface YamlFile {
  /** As it is shown. */
  path: string;
  source: string;
  documents: readonly Document[];
}

/** A key of a map and its value, aliases resolved. */
export interface Entry {
  key: string;
  keyRange: Range;
  value: Node | undefined;
  /** True where the value stands elsewhere in the file. */
  aliased: boolean;
}

/** Reads a file of one or more YAML documents. Throws CONFIG_INVALID with the line; what stands there is never quoted. */
export function parseYaml(source: string, path: string): YamlFile {
  const documents = parseAllDocuments(source, { prettyErrors: false, logLevel: 'silent', uniqueKeys: false });
  const list: Document[] = Array.isArray(documents) ? documents : [];
  const problem = list.flatMap(({ errors }) => errors)[0];
  if (problem) {
    const what = problem.code.toLowerCase().replaceAll('_', ' ');
    throw new SafebuildError(
      'CONFIG_INVALID',
      `${path} line ${lineAt(source, problem.pos[0])}: no valid YAML (${what})`,
    );
  }
  for (const document of list) resolveAliases(document);
  return { path, source, documents: list };
}

/** The line of an offset, from 1. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

const targets = new WeakMap<Alias, Node>();

/** In one pass: to ask each alias for its anchor walks the whole document again. */
function resolveAliases(document: Document): void {
  const anchors = new Map<string, Node>();
  visit(document, (_key, node) => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target) targets.set(node, target);
    } else if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, node);
  });
}

/** The node, or the one that it is an alias of. */
export function resolved(node: unknown): Node | undefined {
  if (isAlias(node)) return targets.get(node);
  return isNode(node) ? node : undefined;
}

const known = new WeakMap<YAMLMap, Entry[]>();

/** The entries of a map, with those of `<<` behind its own, each key once; empty for what is no map. */
export function entriesOf(node: unknown): Entry[] {
  const map = resolved(node);
  if (!isMap(map)) return [];
  // Each map once: chains of merges grow without bounds, and an anchor may lie within itself.
  const done = known.get(map);
  if (done) return done;
  const entries: Entry[] = [];
  known.set(map, entries);
  const merged: unknown[] = [];
  const names = new Set<string>();
  const add = (entry: Entry): void => {
    if (!names.has(entry.key)) entries.push(entry);
    names.add(entry.key);
  };
  for (const { key, value } of map.items) {
    if (!isScalar(key) || !key.range) continue;
    const name = String(key.value);
    if (name === '<<') merged.push(...(isSeq(resolved(value)) ? itemsOf(value) : [value]));
    else {
      const keyRange = { start: key.range[0], end: key.range[1] };
      add({ key: name, keyRange, value: resolved(value), aliased: isAlias(value) });
    }
  }
  for (const from of merged) for (const entry of [...entriesOf(from)]) add(entry);
  return entries;
}

/** The entry of a map under this key. */
export function entryOf(node: unknown, key: string): Entry | undefined {
  return entriesOf(node).find((entry) => entry.key === key);
}

/** The items of a list, aliases resolved; empty for what is no list. */
export function itemsOf(node: unknown): Node[] {
  const list = resolved(node);
  return isSeq(list) ? list.items.flatMap((item) => resolved(item) ?? []) : [];
}

/** The text of a scalar as the program gets it; undefined for what is no text and no number. */
export function textOf(node: Node | undefined): string | undefined {
  if (!isScalar(node)) return undefined;
  if (typeof node.value === 'string') return node.value;
  // A password of digits is read as a number, which may lose its zeros.
  return typeof node.value === 'number' ? (node.source ?? String(node.value)) : undefined;
}

/** Where the value of a node stands, quotes included, and without the line end of a block scalar. */
export function rangeOf({ source }: YamlFile, node: Node | undefined): Range | undefined {
  if (!node?.range) return undefined;
  const [start, end] = node.range;
  return { start, end: start + source.slice(start, end).trimEnd().length };
}
