import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { withNames } from '../build/assumed-names.ts';
import { masked, maskedError } from '../build/masked.ts';
import { type Mended, mend } from '../build/rewrite.ts';
import { readSources, type SourceHost, type Sources } from '../build/sources.ts';
import { unmatchedFiles } from '../build/unmatched-files.ts';
import type { BuildRequest } from '../buildx/index.ts';
import type { Finding } from '../finding.ts';
import { createRedactor, judgeName, parseSecretFlag } from '../secrets/index.ts';
import { withAbsentFiles } from './absent-files.ts';
import type { Base } from './base.ts';
import { sourcesAt } from './base-sources.ts';
import { dockerfileDiffs } from './dockerfile-diff.ts';
import { newSince } from './new-since.ts';
import type { CheckedFile, CheckOptions, Found } from './result.ts';
import { shownPath } from './shown-path.ts';

/**
 * Checks one Dockerfile with its context, ignore file and secrets, as a build would find them, and without an engine.
 *
 * Undefined where `request.context` has no Dockerfile. Throws what `readSources` throws.
 */
export async function checkDockerfile(
  request: BuildRequest,
  options: CheckOptions,
  host: SourceHost,
  base: Base | undefined,
): Promise<CheckedFile | undefined> {
  const asked = { ...request, secrets: await readable(request.secrets, host) };
  const read = await readSources(asked, options, host);
  if (read.dockerfile === undefined) return undefined;
  const given = [
    ...request.secrets.map((flag) => parseSecretFlag(flag, host.env).id),
    ...request.buildArgs.map(({ name }) => name).filter((name) => judgeName(name).strong),
  ];
  const redactor = createRedactor(read.secrets.secrets);
  try {
    const sources = withNames(withAbsentFiles(named(read, host.cwd)), given);
    const mended = await withoutEngine(sources, asked);
    // Who else may open a file on this machine is no matter of the Dockerfile.
    const notes = [...read.secrets.notes.filter(({ level }) => level !== 'note'), ...unmatchedFiles(read)].map(asFound);
    const found = [...foundIn(sources, mended), ...notes];
    const before = base && (await sourcesAt(base, read, asked));
    const then = before && withNames(withAbsentFiles(before), given);
    const old = then ? foundIn(then, await withoutEngine(then, asked)) : [];
    const checked: CheckedFile = {
      path: sources.dockerfile?.file.shown ?? 'Dockerfile',
      kind: 'dockerfile',
      found: base ? newSince([...old, ...notes], found) : found,
      diffs: options.diff ? await dockerfileDiffs(sources, mended, host.cwd) : [],
    };
    return masked(checked, redactor);
  } catch (error) {
    throw maskedError(error, redactor);
  }
}

/** Every frontend that the rules write for has `env=`, or gets the file form at the build. */
function withoutEngine(sources: Sources, request: BuildRequest): Promise<Mended | undefined> {
  return mend(sources, request, () => Promise.resolve(true), { keepLines: false, advice: true });
}

function foundIn({ dockerfile }: Sources, mended: Mended | undefined): Found[] {
  const { source = '', instructions = [] } = dockerfile?.model ?? {};
  const lines = source.split('\n');
  return (mended?.findings ?? []).map((finding) => {
    const { location } = finding;
    if (location.kind !== 'dockerfile') return asFound(finding);
    const at = instructions.find(({ line, endLine }) => line <= location.line && location.line <= endLine);
    const text = at ? source.slice(at.range.start, at.range.end) : (lines[location.line - 1] ?? '');
    return { finding, anchor: text.replace(/\s+/g, ' ') };
  });
}

function asFound(finding: Finding): Found {
  return { finding, anchor: '' };
}

/** The flags whose values can be had here: what a build is given is no concern of a check. */
async function readable(flags: readonly string[], { cwd, env }: SourceHost): Promise<string[]> {
  const there = await Promise.all(
    flags.map(async (flag) => {
      const { from } = parseSecretFlag(flag, env);
      if (from.kind === 'env') return (env[from.name] ?? '') !== '';
      return stat(resolve(cwd, from.path)).then(
        (stats) => stats.isFile() && stats.size > 0,
        () => false,
      );
    }),
  );
  return flags.filter((_, index) => there[index]);
}

/** Names the Dockerfile from the working directory: several may be called `Dockerfile`. */
function named(sources: Sources, cwd: string): Sources {
  const { dockerfile } = sources;
  if (dockerfile?.file.path === undefined) return sources;
  const shown = shownPath(cwd, dockerfile.file.path);
  return { ...sources, dockerfile: { ...dockerfile, file: { ...dockerfile.file, shown } } };
}
