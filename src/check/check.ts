import type { SourceHost } from '../build/sources.ts';
import type { BuildRequest } from '../buildx/index.ts';
import { SafebuildError } from '../errors.ts';
import type { Finding } from '../finding.ts';
import { type Base, openBase } from './base.ts';
import { checkDockerfile } from './dockerfile.ts';
import type { CheckedFile, CheckOptions, CheckResult } from './result.ts';
import { type Subject, subjectsOf } from './subjects.ts';
import { checkYamlFile } from './yaml-file.ts';

/**
 * Runs the rules without building: on Dockerfiles as a build would see them, on compose files and Kubernetes manifests.
 *
 * Needs no engine and no values. `request` holds what the command line says of a build: arguments, target, secrets. Throws
 * USAGE where there is nothing to check, and what the sources of a build throw.
 */
export async function check(request: BuildRequest, options: CheckOptions, host: SourceHost): Promise<CheckResult> {
  const base = options.base === undefined ? undefined : await openBase(options.base, host.cwd, host.env);
  const checked: CheckedFile[] = [];
  // One by one: standard input and the notes of env files are there once.
  for (const subject of await subjectsOf(options, host.cwd)) {
    const file = await checkSubject(subject, request, options, host, base);
    if (file) checked.push(file);
  }
  if (checked.length === 0) {
    throw new SafebuildError('USAGE', 'There is neither a Dockerfile nor a compose file here.', {
      hint: 'Name the folder, or the file itself.',
    });
  }
  const findings = distinct(checked.flatMap(inOrder));
  const failed = findings.some(({ level }) => level === 'error');
  return {
    verdict: failed ? 'findings' : 'clean',
    exitCode: failed ? 1 : 0,
    files: checked.map(({ path, kind }) => ({ path, kind })),
    findings,
    diffs: [...new Set(checked.flatMap(({ diffs }) => diffs))],
    ...(options.base === undefined ? {} : { base: options.base }),
  };
}

async function checkSubject(
  subject: Subject,
  request: BuildRequest,
  options: CheckOptions,
  host: SourceHost,
  base: Base | undefined,
): Promise<CheckedFile | undefined> {
  if (subject.kind === 'yaml') return checkYamlFile(subject, options, host, base);
  const { context, file } = subject;
  const { file: _, ...rest } = request;
  const asked = { ...rest, context, ...(file === undefined ? {} : { file }) };
  const checked = await checkDockerfile(asked, options, host, base);
  if (checked !== undefined || file === undefined) return checked;
  throw new SafebuildError('USAGE', `${file} does not exist.`, { hint: 'See safebuild check --help.' });
}

/** From the top of the file; what is about no line of it, or about another file, comes last. */
function inOrder({ path, found }: CheckedFile): Finding[] {
  const lineOf = ({ location }: Finding): number =>
    'line' in location && location.path === path && location.line !== undefined ? location.line : Infinity;
  return found
    .map(({ finding }) => finding)
    .sort((a, b) => (lineOf(a) < lineOf(b) ? -1 : lineOf(a) > lineOf(b) ? 1 : 0));
}

/** Two Dockerfiles of one context share the notes about its env files. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
