import { readFile } from 'node:fs/promises';
import { type Builder, type BuildRequest, runBuild } from '../buildx/index.ts';
import { hasCode, SafebuildError } from '../errors.ts';
import { LayersMissing } from '../publish/index.ts';
import type { Report } from '../report/index.ts';
import type { Redactor } from '../secrets/index.ts';
import type { Answers } from './answers.ts';
import type { Built } from './conclude.ts';
import { draftReport } from './draft.ts';
import { EngineStore } from './engine-store.ts';
import type { BuildHost, BuildOptions } from './host.ts';
import { type BuildPlan, planBuild } from './plan.ts';
import { drawsLive, progressMode, withProgress } from './progress-mode.ts';
import { type Rewrite, rewrite } from './rewrite.ts';
import type { Sources } from './sources.ts';
import { SparedLayers } from './spared.ts';
import { imageIdOf } from './unproved.ts';
import { withVersions } from './versions.ts';
import { wantsSplit } from './wants-split.ts';
import type { WorkDirs } from './work-dir.ts';

/**
 * A build whose result is held back: rewrites the Dockerfile, builds into quarantine, searches, and publishes what was proved.
 *
 * Throws what its steps throw, and ENGINE_UNAVAILABLE or ENGINE_UNSUITABLE as the builder's answer.
 */
export async function heldBuild(
  request: BuildRequest,
  options: BuildOptions,
  answers: Answers,
  sources: Sources,
  redactor: Redactor,
  dirs: WorkDirs,
  host: BuildHost,
): Promise<Report> {
  const spared = await SparedLayers.of(sources, host);
  let built = false;
  for (;;) {
    try {
      const report = await attempt(request, options, { answers, spared, built }, sources, redactor, dirs, host);
      if (report !== undefined) return report;
    } catch (error) {
      if (!(error instanceof LayersMissing)) throw error;
      built = true;
      await spared.forget();
    }
    await dirs.clear();
  }
}

/** What former builds left to this one. */
interface Remembered {
  answers: Answers;
  spared: SparedLayers;
  /** By another try, of which only the export was not enough. */
  built: boolean;
}

/**
 * One try at the build. Undefined where it failed by what is remembered of former builds, LayersMissing where layers were
 * spared that are needed: each happens once, and then nothing is believed any more.
 */
async function attempt(
  request: BuildRequest,
  options: BuildOptions,
  { answers, spared, built: builtBefore }: Remembered,
  sources: Sources,
  redactor: Redactor,
  dirs: WorkDirs,
  host: BuildHost,
): Promise<Report | undefined> {
  const { builder, rawJson, split, draft } = await prepare(request, options, answers, sources, redactor, dirs, host);
  if (split && split.open.length > 0) return { ...draft, verdict: 'needs-person', exitCode: 4 };

  const rewritten = split && (await withVersions(split, sources, request, host.env));
  // Steps that have just run need not run twice: buildx takes the last word, and of a step's results the cache has the latest.
  const more = builtBefore ? ['--no-cache=false'] : [];
  const planned = await planBuild(request, builder, sources, rewritten, dirs, host, more);
  const inEngine = planned.held.some((held) => held.kind === 'engine');
  const store = inEngine ? await EngineStore.enter(builder.name, dirs, host) : undefined;
  if (isRepeatable(planned)) await spared.place(planned.held, builder);
  const startedMs = Date.now();
  const progress = progressMode(request, rawJson, host);
  const building = runBuild(host.docker, {
    args: withProgress(planned.args, progress.flag),
    env: planned.env,
    input: planned.input,
    signal: host.signal,
    redactor,
    progress: progress.mode,
    output: host.output,
  });
  // Half of the program is needed only then: it is loaded while BuildKit works, and hears of no failure before it is asked.
  const concluding = import('./conclude.ts');
  const preparing = concluding.then(({ prepareProof }) => prepareProof(sources));
  preparing.catch(() => undefined);
  const outcome = await building;
  const builtMs = Date.now();
  if (outcome.exitCode !== 0) {
    await store?.dropFailed(outcome.exitCode);
    if (isRepeatable(planned) && !host.signal.aborted && (await wereMisled({ answers, spared }))) return undefined;
    return { ...draft, verdict: 'build-failed', exitCode: outcome.exitCode, elapsedMs: { build: builtMs - startedMs } };
  }

  const imageId = store && (await builtImage(planned.metadataFile));
  const report: Report = { ...draft, elapsedMs: { build: builtMs - startedMs }, ...subjectOf(request) };
  const { stdout } = outcome;
  const built: Built = { request, sources, rewritten, planned, builder, imageId, spared, builtMs, stdout };
  try {
    const { proveAndRelease } = await concluding;
    return await proveAndRelease(built, await preparing, report, host);
  } finally {
    if (built.released) await store?.settle();
    else if (imageId !== undefined) await store?.drop(imageId);
  }
}

interface Prepared {
  builder: Builder;
  rawJson: boolean;
  split: Rewrite | undefined;
  draft: Report;
}

/** Rewrites the Dockerfile, and asks meanwhile what builder and buildx can do. */
async function prepare(
  request: BuildRequest,
  options: BuildOptions,
  answers: Answers,
  sources: Sources,
  redactor: Redactor,
  dirs: WorkDirs,
  host: BuildHost,
): Promise<Prepared> {
  const syntax = sources.dockerfile?.model.directives.find((directive) => directive.name === 'syntax')?.value;
  const questions = [
    answers.builder(),
    rewrite(sources, request, host.env, () => answers.secretEnv({ syntax, workDir: dirs.quarantine })),
    drawsLive(request, host) ? answers.rawJson() : false,
  ] as const;
  // Where one fails, no other may still write into the folders that are removed then.
  await Promise.allSettled(questions);
  const [builder, mended, rawJson] = await Promise.all(questions);
  // The templates of all ecosystems are loaded where one is wanted.
  const split =
    mended && wantsSplit(options, sources) ? (await import('./split.ts')).splitRewrite(mended, sources) : mended;
  const draft = draftReport(sources, split, redactor.unmasked);
  return { builder, rawJson, split, draft };
}

async function wereMisled({ answers, spared }: Omit<Remembered, 'built'>): Promise<boolean> {
  const [byAnswers, bySpared] = await Promise.all([answers.misled(), spared.misled()]);
  return byAnswers || bySpared;
}

/** A stream gives its bytes once. */
function isRepeatable({ input }: BuildPlan): boolean {
  return input === undefined || input instanceof Uint8Array;
}

function subjectOf(request: BuildRequest): { subject?: string } {
  return request.tags[0] === undefined ? {} : { subject: request.tags[0] };
}

/** The id of the image in the engine's store. */
export async function builtImage(metadataFile: string): Promise<string> {
  const text = await readFile(metadataFile, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '{}';
    throw error;
  });
  const id = imageIdOf(JSON.parse(text) as Record<string, unknown>);
  if (id !== undefined) return id;
  throw new SafebuildError(
    'SCAN_INCOMPLETE',
    'The engine did not say which image it built, so it cannot be searched.',
    {
      hint: 'Update buildx, or switch the engine to the containerd image store.',
    },
  );
}
