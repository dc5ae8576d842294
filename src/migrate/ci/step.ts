import { isMap, type Node, type YAMLMap } from 'yaml';
import { type Entry, entriesOf, entryOf, rangeOf, textOf, type YamlFile } from '../../check/yaml/document.ts';
import type { Edit } from '../../finding.ts';

/** The column of an offset: how far what belongs under a key is indented. */
export function columnOf(source: string, offset: number): number {
  return offset - (source.lastIndexOf('\n', offset - 1) + 1);
}

/** A block of lines under a key, as it is written at this column; without a newline at its end. */
export function block(key: string, lines: readonly string[], column: number): string {
  return [`${key}: |`, ...lines.map((line) => `${' '.repeat(column + 2)}${line}`)].join('\n');
}

/** Gives a step variables; none that it has already. Undefined where it has one with another value, or takes none. */
export function withVariables(
  { source }: YamlFile,
  step: YAMLMap,
  before: Entry,
  env: ReadonlyMap<string, string>,
): Edit[] | undefined {
  const known = entryOf(step, 'env');
  const have = new Map(entriesOf(known?.value).map(({ key, value }) => [key, textOf(value)]));
  if ([...env].some(([name, value]) => have.has(name) && have.get(name) !== value)) return undefined;
  const wanted = [...env].filter(([name]) => !have.has(name)).map(([name, value]) => `${name}: ${value}`);
  if (wanted.length === 0) return [];
  if (step.flow) return undefined;
  if (known === undefined) {
    const at = before.keyRange.start;
    const column = columnOf(source, at);
    const lines = ['env:', ...wanted.map((line) => `${' '.repeat(column + 2)}${line}`), ' '.repeat(column)];
    return [{ range: { start: at, end: at }, text: lines.join('\n') }];
  }
  const first = entriesOf(known.value)[0]?.keyRange.start;
  if (known.aliased || first === undefined || !isMap(known.value) || known.value.flow) return undefined;
  const indent = `\n${' '.repeat(columnOf(source, first))}`;
  return [{ range: { start: first, end: first }, text: wanted.map((line) => `${line}${indent}`).join('') }];
}

/** The text of a scalar as it stands in the file, with its range; undefined where quotes or folds change it. */
export function rawScalar(file: YamlFile, node: Node | undefined): { raw: string; start: number } | undefined {
  const range = rangeOf(file, node);
  if (range === undefined || textOf(node) === undefined) return undefined;
  const raw = file.source.slice(range.start, range.end);
  return /^["'>]/.test(raw) ? undefined : { raw, start: range.start };
}
