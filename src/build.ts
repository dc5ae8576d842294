import { readFile } from 'node:fs/promises';
import { draftReport } from './build/draft.ts';
import type { BuildHost, BuildOptions } from './build/host.ts';
import { masked, maskedError } from './build/masked.ts';
import { ask, passThrough } from './build/pass-through.ts';
import { type BuildPlan, planBuild } from './build/plan.ts';
import { progressMode, withProgress } from './build/progress-mode.ts';
import { type Proof, prove } from './build/prove.ts';
import { release } from './build/release.ts';
import { type Rewrite, rewrite } from './build/rewrite.ts';
import { readSources, type Sources } from './build/sources.ts';
import { splitRewrite, wantsSplit } from './build/split.ts';
import { withVersions } from './build/versions.ts';
import { makeWorkDirs, type WorkDirs } from './build/work-dir.ts';
import {
  type Builder,
  type BuildRequest,
  type BuildxHelp,
  builderName,
  buildxHelp,
  inspectBuilder,
  runBuild,
  supportsSecretEnv,
} from './buildx/index.ts';
import { SafebuildError } from './errors.ts';
import { dropImage, untaggedImages } from './publish/index.ts';
import type { Report } from './report/index.ts';
import { createRedactor, type Redactor } from './secrets/index.ts';

/**
 * Builds as `docker build` would, and publishes the result only after the proof that it holds no secret.
 *
 * 1. gather: Dockerfile, context, secrets; 2. rewrite the Dockerfile in memory; 3. build into quarantine; 4. search all of
 * it; 5. load, tag, push and write exactly what was searched. The quarantine is gone however this ends. Returns a report
 * for every ending that is one of the project's; throws SafebuildError where it cannot go on.
 */
export async function build(request: BuildRequest, options: BuildOptions, host: BuildHost): Promise<Report> {
  refuseClassicBuilder(host);
  const name = await builderName(host.docker, request.builder, host.env.BUILDX_BUILDER);
  if (request.context === undefined) return passThrough(request, name, undefined, host);
  const sources = await readSources(request, options, host);
  const redactor = createRedactor(sources.secrets.secrets);
  try {
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
  const [builder, help] = await Promise.all([inspectBuilder(host.docker, name), buildxHelp(host.docker)]);
  const dirs = await makeWorkDirs(host.env, host.pid, host.isAlive, host.pidNamespace);
  try {
    return await heldBuild(request, options, { ...builder, ...help }, sources, redactor, dirs, host);
  } finally {
    host.phase(undefined);
    await dirs.remove();
  }
}

async function heldBuild(
  request: BuildRequest,
  options: BuildOptions,
  builder: Builder & BuildxHelp,
  sources: Sources,
  redactor: Redactor,
  dirs: WorkDirs,
  host: BuildHost,
): Promise<Report> {
  const syntax = sources.dockerfile?.model.directives.find((directive) => directive.name === 'syntax')?.value;
  const mended = await rewrite(sources, request, host.env, () =>
    supportsSecretEnv(host.docker, {
      builder: builder.name,
      syntax,
      callFlag: builder.callFlag,
      workDir: dirs.quarantine,
    }),
  );
  const split = mended && wantsSplit(options, sources) ? splitRewrite(mended, sources) : mended;
  const draft = draftReport(sources, split, redactor.unmasked);
  if (split && split.open.length > 0) return { ...draft, verdict: 'needs-person', exitCode: 4 };

  const rewritten = split && (await withVersions(split, sources, request, host.env));
  const planned = await planBuild(request, builder, sources, rewritten, dirs, host);
  const inEngine = planned.held.some((held) => held.kind === 'engine');
  const knownBefore = inEngine ? await untaggedImages(host.docker) : new Set<string>();
  const startedMs = Date.now();
  const progress = progressMode(request, builder.rawJson, host);
  const outcome = await runBuild(host.docker, {
    args: withProgress(planned.args, progress.flag),
    env: planned.env,
    input: planned.input,
    signal: host.signal,
    redactor,
    progress: progress.mode,
    output: host.output,
  });
  const builtMs = Date.now();
  if (outcome.exitCode !== 0) {
    return { ...draft, verdict: 'build-failed', exitCode: outcome.exitCode, elapsedMs: { build: builtMs - startedMs } };
  }

  const imageId = inEngine ? await builtImage(planned.metadataFile) : undefined;
  const report: Report = { ...draft, elapsedMs: { build: builtMs - startedMs }, ...subjectOf(request) };
  let released = false;
  try {
    host.phase('searching the image for secrets');
    const proof = await proveResult(request, sources, rewritten, planned, imageId, host);
    host.phase(undefined);
    const proved: Report = {
      ...report,
      ...summary(proof),
      elapsedMs: { ...report.elapsedMs, proof: Date.now() - builtMs },
    };
    if (proof.findings.length > 0) return { ...proved, verdict: 'leak', exitCode: 5 };
    if (proof.incomplete.length > 0) return { ...proved, verdict: 'unverified', exitCode: 6 };
    if (host.signal.aborted) throw new SafebuildError('INTERRUPTED', 'Interrupted before anything was published.');
    const image = await release(
      {
        request,
        builder,
        held: planned.held,
        iidfile: planned.iidfile,
        metadataFile: planned.metadataFile,
        ...(imageId === undefined ? {} : { imageId }),
      },
      host,
    );
    released = true;
    // The image id, where docker prints it: with -q and with --progress=quiet.
    await host.stdout(outcome.stdout);
    // Values that cannot be searched for prove nothing, and neither does a result that stays in the build cache.
    const searched = proved.secrets.searched.length > 0 && proof.results.length > 0;
    const verdict = searched ? 'clean' : 'nothing-to-prove';
    return { ...proved, verdict, exitCode: 0, image };
  } finally {
    if (inEngine && !released && imageId !== undefined) await dropImage(host.docker, imageId, knownBefore);
  }
}

async function proveResult(
  request: BuildRequest,
  sources: Sources,
  rewritten: Rewrite | undefined,
  planned: BuildPlan,
  imageId: string | undefined,
  host: BuildHost,
): Promise<Proof> {
  return prove(
    {
      held: planned.held,
      sources,
      written: request.metadataFile === undefined ? [] : [{ path: planned.metadataFile, shown: request.metadataFile }],
      ...(rewritten === undefined ? {} : { dockerfileText: rewritten.text }),
      ...(request.target === undefined ? {} : { target: request.target }),
      ...(imageId === undefined ? {} : { imageId }),
    },
    host,
  );
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

function summary(proof: Proof): Pick<Report, 'leaks' | 'incomplete' | 'coverage'> {
  return {
    leaks: proof.findings,
    incomplete: proof.incomplete,
    coverage: proof.results.map((result) => result.coverage),
  };
}

function subjectOf(request: BuildRequest): { subject?: string } {
  return request.tags[0] === undefined ? {} : { subject: request.tags[0] };
}

/** The id of the image in the engine's store: there the digest that buildx notes is that of the config. */
async function builtImage(metadataFile: string): Promise<string> {
  const metadata = JSON.parse(await readFile(metadataFile, 'utf8')) as Record<string, unknown>;
  const id = metadata['containerimage.config.digest'] ?? metadata['containerimage.digest'];
  if (typeof id === 'string' && id.startsWith('sha256:')) return id;
  throw new SafebuildError(
    'SCAN_INCOMPLETE',
    'The engine did not say which image it built, so it cannot be searched.',
    {
      hint: 'Update buildx, or switch the engine to the containerd image store.',
    },
  );
}
