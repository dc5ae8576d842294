import { type BuildRequest, builderName, type Handover, inspectBuilder, runBuild } from '../buildx/index.ts';
import type { Report } from '../report/index.ts';
import type { Redactor } from '../secrets/index.ts';
import { draftReport } from './draft.ts';
import { EngineStore } from './engine-store.ts';
import { builtImage } from './held.ts';
import type { BuildHost } from './host.ts';
import { type BuildPlan, planBuild } from './plan.ts';
import { withProgress } from './progress-mode.ts';
import { prove } from './prove.ts';
import type { Rewrite } from './rewrite.ts';
import { dayOf, settle } from './settle.ts';
import type { Sources } from './sources.ts';
import { makeWorkDirs, type WorkDirs } from './work-dir.ts';

/** A build whose result is searched and thrown away. */
export interface Trial {
  request: BuildRequest;
  sources: Sources;
  /** What is built: it need not be mended. */
  text: Rewrite;
  /** Added to the command line, with the variables that it needs. */
  given: Handover;
  /** For messages: `the old version`. */
  subject: string;
  redactor: Redactor;
}

/** Builds into quarantine, searches, and removes what was built: it is never loaded, tagged, pushed or written. */
export async function tryBuild(trial: Trial, host: BuildHost): Promise<Report> {
  const dirs = await makeWorkDirs(host.env, host.pid, host.isAlive, host.pidNamespace);
  try {
    return await inside(trial, dirs, host);
  } finally {
    host.phase(undefined);
    await dirs.remove();
  }
}

async function inside(trial: Trial, dirs: WorkDirs, host: BuildHost): Promise<Report> {
  const { request, sources, text, given, subject, redactor } = trial;
  const builder = await inspectBuilder(host.docker, await builderName(host.docker, request.builder, host.env));
  const planned = await planBuild(request, builder, sources, text, dirs, host);
  const inEngine = planned.held.some((held) => held.kind === 'engine');
  const store = inEngine ? await EngineStore.enter(builder.name, dirs, host) : undefined;
  host.phase(`building ${subject}`);
  const args = withProgress(planned.args, 'quiet');
  const outcome = await runBuild(host.docker, {
    args: [...args.slice(0, 2), ...given.args, ...args.slice(2)],
    env: { ...planned.env, ...given.env },
    input: planned.input,
    signal: host.signal,
    redactor,
    progress: 'bytes',
    output: { stderr: host.output.stderr },
  });
  const report: Report = { ...draftReport(sources, undefined, redactor.unmasked), subject };
  if (outcome.exitCode !== 0) {
    await store?.dropFailed(outcome.exitCode);
    return { ...report, verdict: 'build-failed', exitCode: outcome.exitCode };
  }
  const imageId = store && (await builtImage(planned.metadataFile));
  try {
    host.phase(`searching ${subject} for secrets`);
    return { ...report, ...(await verdictOn(trial, planned, imageId, host)) };
  } finally {
    if (imageId !== undefined) await store?.drop(imageId);
  }
}

async function verdictOn(
  { request, sources, text }: Trial,
  { held }: BuildPlan,
  imageId: string | undefined,
  host: BuildHost,
): Promise<Partial<Report>> {
  const { findings, incomplete, results } = await prove(
    {
      held,
      sources,
      written: [],
      dockerfileText: text.text,
      ...(request.target === undefined ? {} : { target: request.target }),
      ...(imageId === undefined ? {} : { imageId }),
    },
    host,
  );
  const coverage = results.map((result) => result.coverage);
  const settled = settle({ findings, incomplete, coverage }, sources.config, dayOf(new Date()));
  const searched = sources.secrets.secrets.some(({ weak }) => weak === undefined);
  return settled.verdict === 'clean' && !searched ? { ...settled, verdict: 'nothing-to-prove' } : settled;
}
