import type { Ended } from '../../helpers/docker.ts';

/** Fails with everything that the process printed when it did not end with this code. */
export function expectExit(ended: Ended, exitCode: number): void {
  if (ended.exitCode === exitCode) return;
  throw new Error(`it ended with ${ended.exitCode}, not with ${exitCode}:\n${ended.stdout}\n${ended.stderr}`);
}
