import { type BuildRequest, runBuild, untouchedArguments } from '../buildx/index.ts';
import type { Report } from '../report/index.ts';
import type { Redactor } from '../secrets/index.ts';
import { draftReport } from './draft.ts';
import type { BuildHost } from './host.ts';
import type { Sources } from './sources.ts';

/** Nothing to hold back: docker gets the user's own arguments and streams, so that nothing about it differs. */
export async function passThrough(
  request: BuildRequest,
  builder: string,
  sources: Sources | undefined,
  host: BuildHost,
): Promise<Report> {
  const exitCode = await host.docker.passThrough(untouchedArguments(request), {
    env: request.builder === undefined ? { BUILDX_BUILDER: builder } : {},
    input: sources?.input,
    signal: host.signal,
  });
  const draft = draftReport(sources, undefined);
  if (exitCode !== 0) return { ...draft, verdict: 'build-failed', exitCode };
  if (request.asksOnly) return draft;
  if (sources === undefined) {
    // Docker took a command line that safebuild could not read: whatever it built was not looked at.
    return { ...draft, verdict: 'unverified', exitCode: 6, incomplete: [unread] };
  }
  return { ...draft, verdict: 'nothing-to-prove' };
}

/** `--check`, `--call`: docker answers, and what it quotes of the Dockerfile is masked. */
export async function ask(
  request: BuildRequest,
  builder: string,
  sources: Sources,
  redactor: Redactor,
  host: BuildHost,
): Promise<Report> {
  const outcome = await runBuild(host.docker, {
    args: untouchedArguments(request),
    env: request.builder === undefined ? { BUILDX_BUILDER: builder } : {},
    input: sources.input,
    signal: host.signal,
    redactor,
    progress: 'bytes',
    output: host.output,
  });
  const stdout = redactor.stream();
  await host.stdout(Buffer.concat([stdout.push(outcome.stdout), stdout.end()]));
  const verdict = outcome.exitCode === 0 ? 'passed-through' : 'build-failed';
  return { ...draftReport(sources, undefined), verdict, exitCode: outcome.exitCode };
}

const unread = { where: 'the command line', why: 'safebuild could not tell what it builds, so nothing was searched' };
