import { isMap, isSeq, type YAMLMap } from 'yaml';
import type { Edit, Range } from '../../finding.ts';
import { entryOf, itemsOf, rangeOf, textOf, type YamlFile } from '../yaml/document.ts';

/** Where the value of a top-level secret comes from. */
export type SecretFrom = { environment: string } | { file: string };

/** One change of a compose file. All intents of a file are turned into edits together, so that each list is begun once. */
export type Intent =
  | { kind: 'replace'; range: Range; text: string }
  /** Takes an entry out with its lines; `all` are the entries that stand in the same list or map, `parent` what holds it. */
  | { kind: 'remove'; range: Range; all: readonly Range[]; parent: Range }
  /** Lists the secret under `secrets:` of a service or of its build, before the key at `before`. */
  | { kind: 'use'; holder: YAMLMap; before: number; secret: string; target?: string }
  /** Declares it under the top-level `secrets:`. */
  | { kind: 'declare'; secret: string; from: SecretFrom };

type Of<K extends Intent['kind']> = Extract<Intent, { kind: K }>;

/** The edits that do what all intents say; undefined where the file is written in a way that they cannot be put into. */
export function composeEdits(file: YamlFile, intents: readonly Intent[]): Edit[] | undefined {
  const of = <K extends Intent['kind']>(kind: K): Of<K>[] => intents.filter((one): one is Of<K> => one.kind === kind);
  const edits = [
    ...new Map(of('replace').map(({ range, text }) => [range.start, { range, text }])).values(),
    removals(file, of('remove')),
    uses(file, of('use')),
    declarations(file, of('declare')),
  ].flat();
  if (edits.includes(undefined)) return undefined;
  const newline = file.source.includes('\r\n') ? '\r\n' : '\n';
  return (edits as Edit[]).map(({ range, text }) => ({ range, text: text.replaceAll('\n', newline) }));
}

function removals(file: YamlFile, intents: readonly Of<'remove'>[]): (Edit | undefined)[] {
  const gone = (range: Range): boolean => intents.some((other) => other.range.start === range.start);
  const ranges = new Map<number, Range>();
  for (const { range, all, parent } of intents) {
    const wanted = all.every(gone) ? parent : range;
    ranges.set(wanted.start, wanted);
  }
  return [...ranges.values()].map((range) => {
    const lines = linesOf(file.source, range);
    return lines && { range: lines, text: '' };
  });
}

/** The lines of `range` with their newline; undefined where something else stands on them too. */
function linesOf(source: string, range: Range): Range | undefined {
  const start = source.lastIndexOf('\n', range.start - 1) + 1;
  const rest = /^[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/.exec(source.slice(range.end));
  if (!/^[ ]*(?:- +)?$/.test(source.slice(start, range.start)) || !rest) return undefined;
  return { start, end: range.end + rest[0].length };
}

function uses(file: YamlFile, intents: readonly Of<'use'>[]): (Edit | undefined)[] {
  return [...new Set(intents.map(({ holder }) => holder))].map((holder) => {
    const group = intents.filter((use) => use.holder === holder);
    const listed = entryOf(holder, 'secrets');
    const have = new Set(
      itemsOf(listed?.value).flatMap((item) => textOf(item) ?? textOf(entryOf(item, 'source')?.value) ?? []),
    );
    const wanted = new Map(group.filter(({ secret }) => !have.has(secret)).map((use) => [use.secret, use]));
    const items = (indent: string): string => [...wanted.values()].map((use) => itemText(use, indent)).join('');
    if (wanted.size === 0) return { range: { start: 0, end: 0 }, text: '' };
    if (listed === undefined) {
      const before = group[0]?.before ?? 0;
      const indent = indentAt(file.source, before);
      if (indent === undefined || holder.flow) return undefined;
      return insertion(before - indent.length, `${indent}secrets:\n${items(`${indent}  `)}`);
    }
    const first = isSeq(listed.value) && !listed.value.flow ? rangeOf(file, itemsOf(listed.value)[0]) : undefined;
    const start = first && file.source.lastIndexOf('\n', first.start - 1) + 1;
    const indent = first && /^( *)- +$/.exec(file.source.slice(start, first.start))?.[1];
    return start === undefined || indent === undefined ? undefined : insertion(start, items(indent));
  });
}

function itemText({ secret, target }: Of<'use'>, indent: string): string {
  return target === undefined
    ? `${indent}- ${secret}\n`
    : `${indent}- source: ${secret}\n${indent}  target: ${target}\n`;
}

function declarations(file: YamlFile, intents: readonly Of<'declare'>[]): (Edit | undefined)[] {
  const [document, ...others] = file.documents;
  const root = document?.contents;
  if (intents.length === 0) return [];
  if (!isMap(root) || root.flow || others.length > 0) return [undefined];
  const there = entryOf(root, 'secrets');
  const text = (indent: string): string =>
    [...new Map(intents.map((one) => [one.secret, one])).values()]
      .filter(({ secret }) => entryOf(there?.value, secret) === undefined)
      .map(
        ({ secret, from }) =>
          `${indent}${secret}:\n${indent}  ${Object.entries(from).map((pair) => pair.join(': '))}\n`,
      )
      .join('');
  if (there === undefined) {
    const { source } = file;
    if (/^\.\.\.(?:\s|$)/m.test(source)) return [undefined];
    return [insertion(source.length, `${source.endsWith('\n') ? '' : '\n'}\nsecrets:\n${text('  ')}`)];
  }
  const start = isMap(there.value) && !there.value.flow ? firstKey(there.value) : undefined;
  const indent = start === undefined ? undefined : indentAt(file.source, start);
  return start === undefined || indent === undefined ? [undefined] : [insertion(start - indent.length, text(indent))];
}

function firstKey(map: YAMLMap): number | undefined {
  const key: unknown = map.items[0]?.key;
  return typeof key === 'object' && key !== null && 'range' in key
    ? (key.range as [number] | undefined)?.[0]
    : undefined;
}

/** The spaces before `offset`, if nothing else stands before it on its line. */
function indentAt(source: string, offset: number): string | undefined {
  const before = source.slice(source.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^ *$/.test(before) ? before : undefined;
}

function insertion(at: number, text: string): Edit {
  return { range: { start: at, end: at }, text };
}
