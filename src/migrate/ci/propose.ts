import { isMap, type Node, type YAMLMap } from 'yaml';
import {
  type Entry,
  entriesOf,
  entryOf,
  itemsOf,
  parseYaml,
  textOf,
  type YamlFile,
} from '../../check/yaml/document.ts';
import { SafebuildError } from '../../errors.ts';
import type { Edit } from '../../finding.ts';
import { actionEdits } from './build-push-action.ts';
import type { Builder, Needs } from './needs.ts';
import { leavesFolder, scriptEdits } from './script.ts';
import { rawScalar, withVariables } from './step.ts';

/** A file that tells a CI service what to do. */
export type PipelineKind = 'github' | 'gitlab';

/**
 * The text of a pipeline in which the builds of the migrated Dockerfile hand their secrets over, by docker or by safebuild.
 *
 * Splices: everything else stays byte for byte. The same text where no such build is found, or none can be edited.
 */
export function proposePipeline(source: string, kind: PipelineKind, needs: Needs, builder: Builder): string {
  const file = readable(source);
  if (file === undefined) return source;
  const edits = file.documents.flatMap(({ contents }) =>
    kind === 'github' ? githubEdits(file, contents, needs, builder) : gitlabEdits(file, contents, needs, builder),
  );
  const newline = source.includes('\r\n') ? '\r\n' : '\n';
  const sorted = edits
    .map(({ range, text }) => ({ range, text: text.replace(/\r?\n/g, newline) }))
    .sort((a, b) => b.range.start - a.range.start);
  // Two steps that are one by an alias would be edited twice, and what is meant for one would hit the other.
  if (sorted.some(({ range }, index) => index > 0 && range.end > sorted[index - 1]!.range.start)) return source;
  if (new Set(sorted.map(({ range }) => range.start)).size < sorted.length) return source;
  const text = sorted.reduce(
    (all, { range, text: now }) => all.slice(0, range.start) + now + all.slice(range.end),
    source,
  );
  return readable(text) === undefined ? source : text;
}

function readable(source: string): YamlFile | undefined {
  try {
    return parseYaml(source, 'pipeline');
  } catch (error) {
    if (error instanceof SafebuildError) return undefined;
    throw error;
  }
}

function githubEdits(file: YamlFile, root: unknown, needs: Needs, builder: Builder): Edit[] {
  const jobs = entriesOf(entryOf(root, 'jobs')?.value);
  return jobs.flatMap(({ value: job }) => {
    const folder = workingDirectory(job) ?? workingDirectory(root) ?? '.';
    return itemsOf(entryOf(job, 'steps')?.value).flatMap((step) => {
      if (!isMap(step)) return [];
      return actionEdits(file, step, needs) ?? runEdits(file, step, folder, needs, builder) ?? [];
    });
  });
}

/** `defaults.run.working-directory` of a job or of the whole file. */
function workingDirectory(of: unknown): string | undefined {
  const run = entryOf(entryOf(of, 'defaults')?.value, 'run')?.value;
  return textOf(entryOf(run, 'working-directory')?.value);
}

function runEdits(file: YamlFile, step: YAMLMap, folder: string, needs: Needs, builder: Builder): Edit[] | undefined {
  const run = entryOf(step, 'run');
  const at = textOf(entryOf(step, 'working-directory')?.value) ?? folder;
  const script = run && editsOfScript(file, run, at, needs, builder);
  if (run === undefined || script === undefined) return undefined;
  const variables = withVariables(file, step, run, script.env);
  return variables && [...variables, ...script.edits];
}

const gitlabScripts = ['before_script', 'script', 'after_script'];

/** Variables of GitLab are variables of every job: only the commands change. */
function gitlabEdits(file: YamlFile, root: unknown, needs: Needs, builder: Builder): Edit[] {
  const before = ['before_script', 'default'].map((key) => entryOf(root, key)?.value);
  const moved = isMoved(before[0]) || isMoved(entryOf(before[1], 'before_script')?.value);
  return entriesOf(root).flatMap(({ value: job }) => {
    const own = entryOf(job, 'before_script');
    const isElsewhere = own === undefined ? moved : isMoved(own.value);
    return gitlabScripts.flatMap((key) => {
      const script = entryOf(job, key);
      if (script === undefined || script.aliased || (key === 'script' && isElsewhere)) return [];
      const items = itemsOf(script.value);
      const entries = items.length === 0 ? [script] : items.map((value) => ({ ...script, value }));
      return entries.flatMap((entry, index) => {
        // All items of a script run in one shell.
        if (items.slice(0, index).some(isMoved)) return [];
        const found = editsOfScript(file, entry, '.', needs, builder);
        return found === undefined || found.env.size > 0 ? [] : found.edits;
      });
    });
  });
}

/** Whether a script, or one of its items, leaves its shell in another folder. */
function isMoved(script: Node | undefined): boolean {
  return [script, ...itemsOf(script)].some((item) => leavesFolder(textOf(item) ?? ''));
}

function editsOfScript(
  file: YamlFile,
  { value, aliased }: Entry,
  folder: string,
  needs: Needs,
  builder: Builder,
): { edits: Edit[]; env: ReadonlyMap<string, string> } | undefined {
  const script = aliased ? undefined : rawScalar(file, value);
  if (script === undefined) return undefined;
  const { edits, env } = scriptEdits(script.raw, folder, needs, builder);
  if (edits.length === 0) return undefined;
  const moved = edits.map(({ range, text }) => ({
    range: { start: range.start + script.start, end: range.end + script.start },
    text,
  }));
  return { edits: moved, env };
}
