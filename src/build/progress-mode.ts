import type { BuildRequest } from '../buildx/index.ts';
import type { BuildHost } from './host.ts';

/** How the build is shown, and what buildx is told about it: as docker would, but into a pipe of ours. */
export function progressMode(
  request: BuildRequest,
  rawJson: boolean,
  host: BuildHost,
): { mode: 'live' | 'lines' | 'bytes'; flag?: string } {
  if (request.quiet) return { mode: 'bytes' };
  const wanted = request.progress ?? host.env.BUILDKIT_PROGRESS ?? 'auto';
  if (wanted === 'rawjson') return { mode: 'lines', flag: 'rawjson' };
  const draws = host.terminal && (wanted === 'auto' || wanted === '' || wanted === 'tty');
  if (draws && rawJson && host.output.live) return { mode: 'live', flag: 'rawjson' };
  // An older buildx cannot draw into a pipe; anything else is docker's to judge.
  return draws ? { mode: 'bytes', flag: 'plain' } : { mode: 'bytes', flag: wanted };
}

/** The arguments with the progress flag behind `buildx build`. */
export function withProgress(args: readonly string[], flag: string | undefined): readonly string[] {
  return flag === undefined || flag === '' ? args : [...args.slice(0, 2), `--progress=${flag}`, ...args.slice(2)];
}
