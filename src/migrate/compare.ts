import { handedToOwnMounts } from '../build/handed.ts';
import type { BuildHost, BuildOptions } from '../build/host.ts';
import { masked, maskedError } from '../build/masked.ts';
import { type Rewrite, rewrite } from '../build/rewrite.ts';
import { readSources, type Sources } from '../build/sources.ts';
import { tryBuild } from '../build/trial.ts';
import { asBuildArguments } from '../buildx/index.ts';
import type { Dockerfile } from '../dockerfile/index.ts';
import type { Report } from '../report/index.ts';
import { judgeName, parseSecretFlag } from '../secrets/index.ts';
import type { Project } from './project.ts';

/** What the proof says of the project before and after its migration. */
export interface Comparison {
  before: Report;
  after: Report;
}

/**
 * Builds both versions and searches what each of them makes. Nothing of either is loaded, tagged or pushed.
 *
 * `project` is what was read before its files were written. The old version is built as docker does it, with the values of
 * its secret ARGs; the new one with the same values, and what it makes is searched for them all: also for those that stood in
 * the old Dockerfile.
 */
export async function compare(project: Project, options: BuildOptions, host: BuildHost): Promise<Comparison> {
  try {
    const before = await buildBefore(project, host);
    return masked({ before, after: await buildAfter(project, options, host) }, project.redactor);
  } catch (error) {
    throw maskedError(error, project.redactor);
  }
}

async function buildBefore(project: Project, host: BuildHost): Promise<Report> {
  const { sources, request, redactor, dockerfile } = project;
  const { model } = dockerfile;
  const named = new Set(request.buildArgs.map(({ name }) => name));
  const names = [...argumentsOf(model)].filter((name) => !named.has(name) && mayBeGiven(name));
  const values = names.flatMap((name) => sources.secrets.get(name) ?? []);
  const text: Rewrite = {
    findings: [],
    open: [],
    text: model.source,
    // Its own ignore file, be it that there was none: the one that lies there now belongs to the new version.
    ignore: sources.ignoreText ?? '',
    changed: true,
    dropBuildArgs: new Set(),
    mounts: [],
    handed: handedToOwnMounts(model, sources, givenBy(project, host)),
  };
  const given = asBuildArguments(values);
  return tryBuild({ request, sources, text, given, subject: 'the old version', redactor }, host);
}

async function buildAfter(project: Project, options: BuildOptions, host: BuildHost): Promise<Report> {
  const { request, redactor } = project;
  const written = await readSources(request, options, host);
  const sources: Sources = { ...written, secrets: project.sources.secrets };
  const subject = 'the new version';
  // Which mounts the migration writes was decided before; only what it left open is mended here.
  const text = await rewrite(sources, request, host.env, () => Promise.resolve(true));
  if (text === undefined) throw new Error('the migrated Dockerfile is gone');
  return tryBuild({ request, sources, text, given: { args: [], env: {} }, subject, redactor }, host);
}

/**
 * Docker takes the value of a build argument from its own variable of that name. The name comes from a Dockerfile and an env
 * file that somebody may have cloned: it must be a secret's by its name, and none that steers docker (`PATH`, `LD_PRELOAD`).
 */
function mayBeGiven(name: string): boolean {
  const steers = /^(?:DOCKER|BUILDX|BUILDKIT|COMPOSE|LD|DYLD|SSH|SSL|GIT|GO|XDG|NODE|OTEL)_|PROXY|^GODEBUG$/i.test(
    name,
  );
  return !steers && (judgeName(name).strong || /_(?:URL|URI|DSN)$/i.test(name));
}

function argumentsOf({ instructions }: Dockerfile): Set<string> {
  return new Set(
    instructions.flatMap(({ keyword, pairs = [] }) => (keyword === 'ARG' ? pairs.map(({ name }) => name) : [])),
  );
}

function givenBy({ request }: Project, { env }: BuildHost): Set<string> {
  return new Set(request.secrets.map((flag) => parseSecretFlag(flag, env).id));
}
