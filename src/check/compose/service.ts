import { isMap, type YAMLMap } from 'yaml';
import type { NameRule } from '../../config/index.ts';
import type { Range } from '../../finding.ts';
import { type Entry, entriesOf, entryOf, itemsOf, rangeOf, textOf, type YamlFile } from '../yaml/document.ts';
import type { YamlFound, YamlRule } from '../yaml/found.ts';
import type { Intent } from './edits.ts';

/** One service of a compose file. */
export interface Service {
  name: string;
  map: YAMLMap;
  /** The repository of its image as written; empty where it has none. */
  image: string;
}

/** What a rule for compose files finds. */
export interface ComposeFound extends YamlFound<Intent> {
  /** The name that its intents give to a value, and what tells this value from others: no two may share a name. */
  claim: { name: string; of: string };
}

/** A rule for compose files. */
export interface ComposeRule extends YamlRule {
  check(file: YamlFile, service: Service, rules: ReadonlyMap<string, NameRule>): ComposeFound[];
}

/** `NAME: value` or `- NAME=value`. */
export interface Variable {
  name: string;
  /** Absent for a bare name. */
  value?: string;
  /** The value with its quotes. */
  valueRange?: Range;
  /** The entry or item, without the `- `. */
  range: Range;
  /** True for `- NAME=value`. */
  listed: boolean;
  /** True where the value stands elsewhere in the file, so that it cannot be replaced for this name alone. */
  aliased: boolean;
}

/** The services of a compose file; those that are no map are left to docker's own message. */
export function servicesOf(file: YamlFile): Service[] {
  return file.documents.flatMap(({ contents }) =>
    entriesOf(entryOf(contents, 'services')?.value).flatMap(({ key, value }) =>
      isMap(value) ? [{ name: key, map: value, image: textOf(entryOf(value, 'image')?.value) ?? '' }] : [],
    ),
  );
}

/** The variables of `environment:` or `args:`, in both ways to write them. */
export function variablesOf(file: YamlFile, { value }: Entry): Variable[] {
  const mapped = entriesOf(value).map((entry): Variable => {
    const text = textOf(entry.value);
    const valueRange = rangeOf(file, entry.value);
    return {
      name: entry.key,
      ...(text === undefined ? {} : { value: text }),
      ...(valueRange === undefined || text === undefined ? {} : { valueRange }),
      range: { start: entry.keyRange.start, end: (entry.aliased ? undefined : valueRange?.end) ?? entry.keyRange.end },
      listed: false,
      aliased: entry.aliased,
    };
  });
  const listed = itemsOf(value).flatMap((item): Variable[] => {
    const text = textOf(item);
    const range = rangeOf(file, item);
    if (text === undefined || range === undefined) return [];
    const equals = text.indexOf('=');
    if (equals < 0) return [{ name: text, range, listed: true, aliased: false }];
    const valueRange = { start: file.source.indexOf('=', range.start) + 1, end: range.end };
    return [
      { name: text.slice(0, equals), value: text.slice(equals + 1), valueRange, range, listed: true, aliased: false },
    ];
  });
  return [...mapped, ...listed];
}

/** The variable whose value a whole text is: `${X}`, `$X`, `${X:?…}`. */
export function referenceIn(text: string): string | undefined {
  const found = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?\?[^}]*)?\})$/.exec(text.trim());
  return found?.[1] ?? found?.[2];
}
