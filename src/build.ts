import { Answers } from './build/answers.ts';
import { conceal } from './build/conceal.ts';
import { fetchingFor } from './build/fetching.ts';
import type { BuildHost, BuildOptions } from './build/host.ts';
import { masked, maskedError } from './build/masked.ts';
import { ask, passThrough } from './build/pass-through.ts';
import { refuseMissing } from './build/required.ts';
import { readSources, type Sources } from './build/sources.ts';
import { wantsSplit } from './build/wants-split.ts';
import { makeWorkDirs } from './build/work-dir.ts';
import { type BuildRequest, builderName } from './buildx/index.ts';
import { SafebuildError } from './errors.ts';
import type { Report } from './report/index.ts';
import type { Redactor } from './secrets/index.ts';

/**
 * Builds as `docker build` would, and publishes the result only after the proof that it holds no secret.
 *
 * 1. gather: Dockerfile, context, secrets; 2. rewrite the Dockerfile in memory; 3. build into quarantine; 4. search all of
 * it; 5. load, tag, push and write exactly what was searched. The quarantine is gone however this ends. Returns a report
 * for every ending that is one of the project's; throws SafebuildError where it cannot go on.
 */
export async function build(request: BuildRequest, options: BuildOptions, host: BuildHost): Promise<Report> {
  refuseClassicBuilder(host);
  const name = await builderName(host.docker, request.builder, host.env);
  if (request.context === undefined) return passThrough(request, name, undefined, host);
  const fetching = fetchingFor(host, options, request.context);
  try {
    // A question of docker's needs no values.
    const sources = await readSources(request, options, request.asksOnly ? host : { ...host, fetching });
    return await buildWith(request, options, name, sources, host);
  } finally {
    await fetching.close();
  }
}

async function buildWith(
  request: BuildRequest,
  options: BuildOptions,
  name: string,
  sources: Sources,
  host: BuildHost,
): Promise<Report> {
  const redactor = conceal(sources.secrets.secrets, host);
  try {
    if (!request.asksOnly) refuseMissing(sources, request, host.env);
    return masked(await buildFrom(request, options, name, sources, redactor, host), redactor);
  } catch (error) {
    throw maskedError(error, redactor);
  }
}

async function buildFrom(
  request: BuildRequest,
  options: BuildOptions,
  name: string,
  sources: Sources,
  redactor: Redactor,
  host: BuildHost,
): Promise<Report> {
  const secretFree = sources.secrets.secrets.length === 0;
  if (request.asksOnly && !secretFree) return ask(request, name, sources, redactor, host);
  if (request.asksOnly || (secretFree && !wantsSplit(options, sources))) {
    return passThrough(request, name, sources, host);
  }
  const dirs = await makeWorkDirs(host.env, host.pid, host.isAlive, host.pidNamespace);
  try {
    // Asked before the rest of the program is loaded, and of another process: both take their time, but the same time.
    const answers = new Answers(name, host, sources.context.kind === 'folder' ? sources.context.dir : undefined);
    const { heldBuild } = await import('./build/held.ts');
    return await heldBuild(request, options, answers, sources, redactor, dirs, host);
  } finally {
    host.phase(undefined);
    await dirs.remove();
  }
}

function refuseClassicBuilder(host: BuildHost): void {
  if (host.env.DOCKER_BUILDKIT !== '0') return;
  throw new SafebuildError(
    'ENGINE_UNSUITABLE',
    'DOCKER_BUILDKIT=0 asks for the classic builder, which has no secret mounts.',
    {
      hint: 'Unset DOCKER_BUILDKIT.',
    },
  );
}
