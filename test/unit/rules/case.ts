import { readdirSync, readFileSync } from 'node:fs';
import { ignored, parseDockerfile, parseIgnore } from '../../../src/dockerfile/index.ts';
import type { CredentialFile, Needed, RuleContext } from '../../../src/rules/index.ts';

const root = new URL('../../fixtures/rules/', import.meta.url);

/** What a fixture folder says besides its Dockerfile: `case.json`. Secrets are names, with a fake value where it matters. */
export interface Case {
  about: string;
  path?: string;
  target?: string;
  /** False: `multi-stage: never`. */
  stages?: boolean;
  /** The rules that only advise are asked too, as by `safebuild check`. */
  advice?: boolean;
  buildArgs?: string[];
  secrets?: Record<string, { value?: string; needed?: Needed; weak?: true } | null>;
  /** Files of the context; `mentions` are the names in their text. */
  files?: Record<string, { mentions?: string[]; needed?: Needed | 'never'; credential?: Partial<CredentialFile> }>;
  expect: {
    /** `rule:line`, with ` person` behind what needs a person and ` warning` or ` note` behind what is no error. */
    findings: string[];
    ignore?: string[];
    dropBuildArgs?: string[];
    /** `id`, `id env=NAME`, `id target=/path`, with ` mode=0444`. */
    uses?: string[];
    /** Lines that the rewritten text has more than the user's, also in a build: those of new stages. */
    addsLines?: number;
    /** Text that some remedy must hold. */
    remedies?: string[];
  };
}

export interface Fixture {
  name: string;
  dockerfile: string;
  /** What the rules turn it into; the same text when nothing changes. */
  expected: string;
  case: Case;
}

/** All folders `<rule>/<case>` of the fixtures. */
export function fixtures(): Fixture[] {
  return readdirSync(root).flatMap((rule) =>
    readdirSync(new URL(`${rule}/`, root)).map((name) => read(`${rule}/${name}`)),
  );
}

function read(name: string): Fixture {
  const folder = new URL(`${name}/`, root);
  const text = (file: string) => readFileSync(new URL(file, folder), 'utf8');
  const dockerfile = text('Dockerfile');
  const hasExpected = readdirSync(folder).includes('expected.Dockerfile');
  return {
    name,
    dockerfile,
    expected: hasExpected ? text('expected.Dockerfile') : dockerfile,
    case: JSON.parse(text('case.json')) as Case,
  };
}

/** The context that build.ts would fill in for the case; `ignore` are lines that a fix has added. */
export function contextOf(source: string, given: Case, ignore: readonly string[] = []): RuleContext {
  const secrets = given.secrets ?? {};
  const patterns = parseIgnore(ignore.join('\n'));
  const files = Object.fromEntries(Object.entries(given.files ?? {}).filter(([path]) => !ignored(patterns, path)));
  return {
    dockerfile: parseDockerfile(source),
    path: given.path ?? 'Dockerfile',
    ...(given.target !== undefined && { target: given.target }),
    ...(given.stages !== undefined && { stages: given.stages }),
    buildArgs: new Set(given.buildArgs),
    secrets: {
      has: (name) => Object.hasOwn(secrets, name),
      names: () => Object.keys(secrets),
      needed: (name) => secrets[name]?.needed,
      weak: (name) => secrets[name]?.weak ?? false,
    },
    settings: new Set(),
    literals: Object.entries(secrets).flatMap(([secret, fields]) =>
      fields?.value === undefined ? [] : occurrences(source, fields.value).map((range) => ({ secret, range })),
    ),
    files: {
      sent: (path) => Object.hasOwn(files, path),
      list: Object.keys(files),
      credential: (path) => credential(files[path]?.credential),
      needed: (path) => files[path]?.needed,
      mentions: (name) => Object.keys(files).filter((path) => files[path]?.mentions?.includes(name)),
    },
  };
}

function credential(fields: Partial<CredentialFile> | undefined): CredentialFile | undefined {
  return fields && { kind: 'env', family: 'app', secretNames: [], placeholdersOnly: false, ...fields };
}

function occurrences(text: string, value: string): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  for (let start = text.indexOf(value); start >= 0; start = text.indexOf(value, start + value.length)) {
    ranges.push({ start, end: start + value.length });
  }
  return ranges;
}
