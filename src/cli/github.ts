import { fstatSync } from 'node:fs';

/**
 * Whether standard error of this process goes to GitHub's runner and nowhere else, so that commands with values may be
 * written to it.
 *
 * The runner gives a step two pipes. A file, a terminal, and one pipe for both streams (`2>&1 | tee build.log`) lead
 * elsewhere: whatever stands there would keep the values. Who reads both pipes with a program of his own says so by
 * SAFEBUILD_CI_MASKS=off.
 */
export function runnerReads(env: Readonly<Record<string, string>>): boolean {
  if (env.GITHUB_ACTIONS !== 'true' || env.SAFEBUILD_CI_MASKS === 'off') return false;
  try {
    const [stdout, stderr] = [fstatSync(1), fstatSync(2)];
    const isPipe = stderr.isFIFO() || stderr.isSocket();
    return isPipe && !(stdout.dev === stderr.dev && stdout.ino === stderr.ino);
  } catch {
    // A stream that is closed.
    return false;
  }
}
