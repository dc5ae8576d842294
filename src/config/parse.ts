import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { SafebuildError } from '../errors.ts';
import { referenceHint, sourceNames } from './reference.ts';
import type { ConfigFile, UserConfigFile } from './schema.ts';
import { suggest } from './suggest.ts';

type Path = readonly PropertyKey[];

interface Issue {
  path: Path;
  text: string;
  hint?: string;
}

/** What was written, and where each part of it stands. */
export interface ParsedConfig<File = ConfigFile> {
  file: File;
  /** The line of the key or list item at `path`, or of the nearest one above it; from 1. */
  lineOf(path: Path): number;
}

const topKeys = ['env-files', 'multi-stage', 'secrets', 'files', 'scan', 'detectors', 'allow', 'sources'];
const keysAt: Readonly<Record<string, readonly string[]>> = {
  '': topKeys,
  secrets: ['kind', 'needed', 'reason', 'from', 'exec', 'template', 'allow-empty'],
  sources: ['deadline', ...sourceNames],
  files: ['needed'],
  scan: ['depth', 'max-file-bytes', 'max-total-bytes', 'max-json-bytes', 'max-findings'],
  allow: ['secret', 'detector', 'incomplete', 'place', 'reason', 'expires'],
};

/**
 * Reads the text of a `safebuild.yaml`. YAML 1.2, without tags of its own and with few aliases; an empty file is valid.
 *
 * Throws `CONFIG_INVALID` with the line of the first thing that is wrong. What was written there is never quoted, only
 * keys: people paste values where a word belongs.
 */
export async function parseConfig(text: string, shown: string): Promise<ParsedConfig> {
  return parseWith('configSchema', text, shown);
}

/** Reads the text of the user's own `config.yaml`, as `parseConfig` reads that of a project. */
export async function parseUserConfig(text: string, shown: string): Promise<ParsedConfig<UserConfigFile>> {
  return parseWith('userConfigSchema', text, shown);
}

type Schemas = typeof import('./schema.ts');

async function parseWith<Name extends keyof Schemas>(
  name: Name,
  text: string,
  shown: string,
): Promise<ParsedConfig<Schemas[Name]['_output']>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw invalid(shown, lines.linePos(problem.pos[0]).line, yamlProblem(problem.code));
  const raw = withoutEmpty(toPlain(document, shown)) ?? {};
  // zod costs more to load than everything else here; a project without a configuration never pays for it.
  const schema: Schemas[Name] = (await import('./schema.ts'))[name];
  const result = schema.safeParse(raw);
  if (result.success) return { file: result.data, lineOf: (path) => lineOf(document, path, lines) };
  const issue = toIssue(result.error.issues[0]);
  throw invalid(shown, lineOf(document, issue.path, lines), issue.text, issue.hint);
}

/** A section whose lines are all commented out is one that is not there. */
function withoutEmpty(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  return Object.fromEntries(Object.entries(raw).filter(([, section]) => section !== null));
}

function toPlain(document: Document, shown: string): unknown {
  try {
    const plain: unknown = document.toJS({ maxAliasCount: 20 });
    JSON.stringify(plain);
    return plain;
  } catch {
    throw invalid(shown, 1, 'it has too many YAML aliases');
  }
}

function yamlProblem(code: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second YAML document begins here, and would not be read';
  return code === 'DUPLICATE_KEY' ? 'a key occurs twice' : `no valid YAML (${code.toLowerCase().replaceAll('_', ' ')})`;
}

interface ZodIssue {
  code?: string;
  path: PropertyKey[];
  message: string;
  keys?: string[];
  values?: readonly unknown[];
  expected?: string;
  minimum?: number | bigint;
  errors?: ZodIssue[][];
}

function toIssue(found: ZodIssue | undefined): Issue {
  const issue = found ?? { path: [], message: 'not valid' };
  const path = issue.path;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys?.[0] ?? '';
    const known = keysAt[String(path[0] ?? '')] ?? [];
    const near = suggest(key, known);
    const hint = near === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean ${near}?`;
    return { path: [...path, key], text: `${shownPath([...path, key])} is not known`, hint };
  }
  // A union: the branch that got furthest tells what is wrong; else both are shown as one sentence.
  const inner = issue.errors?.flat().find((error) => error.path.length > 0 || error.code === 'unrecognized_keys');
  if (inner) return toIssue({ ...inner, path: [...path, ...inner.path] });
  if (isNoReference(issue)) return noReference(path);
  if (issue.values) return { path, text: `${shownPath(path)} must be one of: ${issue.values.join(', ')}` };
  const kind = kinds[issue.expected ?? ''];
  // where the schema has words of its own, they say more
  const isPlain = issue.message.startsWith('Invalid input: expected');
  if (issue.code === 'invalid_type' && isPlain && kind !== undefined) {
    const answer =
      path[0] === 'files' && path.length === 2 ? { hint: `Write ${String(path[1])}: { needed: never }.` } : {};
    return { path, text: `${shownPath(path)} must be ${kind}`, ...answer };
  }
  if (issue.code === 'too_small' && issue.minimum !== undefined)
    return { path, text: `${shownPath(path)} must be at least ${issue.minimum}` };
  return { path, text: `${shownPath(path)}: ${issue.message}` };
}

/** People paste values where references belong. */
function isNoReference({ path, code }: ZodIssue): boolean {
  return path[0] === 'secrets' && (code === 'invalid_union' || code === 'invalid_format');
}

function noReference(path: Path): Issue {
  const kinds = path.length > 2 ? 'a reference' : 'secret, setting, a reference, or an object';
  return { path, text: `${shownPath(path)} must be ${kinds}`, hint: `Values never stand here. ${referenceHint}` };
}

/** What zod expects, in the words of YAML. */
const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping of names',
  record: 'a mapping of names',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
};

function shownPath(path: Path): string {
  return path.length === 0 ? 'the file' : path.map(stepWords).join('.').replaceAll('.[', '[');
}

/** A key with a dot of its own, as a file's name has, stands in brackets. */
function stepWords(step: PropertyKey): string {
  const word = String(step);
  return word.includes('.') ? `[${word}]` : word;
}

/** The line of the key at `path`, or of the nearest one above it. */
function lineOf(document: Document, path: Path, lines: LineCounter): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    const pair = isMap(node) ? pairAt(node, String(step)) : undefined;
    if (pair) {
      if (isScalar(pair.key) && pair.key.range) offset = pair.key.range[0];
      node = pair.value;
    } else {
      const item: unknown =
        typeof node === 'object' && node !== null && 'get' in node ? (node as YAMLMap).get(step, true) : undefined;
      if (isNode(item) && item.range) offset = item.range[0];
      node = item;
    }
  }
  return lines.linePos(offset).line;
}

function pairAt(map: YAMLMap, key: string): YAMLMap['items'][number] | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function invalid(shown: string, line: number, text: string, hint?: string): SafebuildError {
  return new SafebuildError('CONFIG_INVALID', `${shown} line ${line}: ${text}`, hint === undefined ? {} : { hint });
}
