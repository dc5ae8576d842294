import type { BuildRequest } from '../buildx/index.ts';
import type { BuildHost } from './host.ts';

/** Whether the build is to be drawn by safebuild itself, if this buildx can tell it what to draw. */
export function drawsLive(request: BuildRequest, host: BuildHost): boolean {
  return !request.quiet && host.output.live !== undefined && draws(request, host);
}

function draws(request: BuildRequest, host: BuildHost): boolean {
  return host.terminal && ['auto', '', 'tty'].includes(wantedProgress(request, host));
}

function wantedProgress(request: BuildRequest, host: BuildHost): string {
  return request.progress ?? host.env.BUILDKIT_PROGRESS ?? 'auto';
}

/** How the build is shown, and what buildx is told about it: as docker would, but into a pipe of ours. */
export function progressMode(
  request: BuildRequest,
  rawJson: boolean,
  host: BuildHost,
): { mode: 'live' | 'lines' | 'bytes'; flag?: string } {
  if (request.quiet) return { mode: 'bytes' };
  const wanted = wantedProgress(request, host);
  if (wanted === 'rawjson') return { mode: 'lines', flag: 'rawjson' };
  if (rawJson && drawsLive(request, host)) return { mode: 'live', flag: 'rawjson' };
  // An older buildx cannot draw into a pipe; anything else is docker's to judge.
  return draws(request, host) ? { mode: 'bytes', flag: 'plain' } : { mode: 'bytes', flag: wanted };
}

/** The arguments with the progress flag behind `buildx build`. */
export function withProgress(args: readonly string[], flag: string | undefined): readonly string[] {
  return flag === undefined || flag === '' ? args : [...args.slice(0, 2), `--progress=${flag}`, ...args.slice(2)];
}
