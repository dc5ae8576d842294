import { homedir } from 'node:os';
import { join } from 'node:path';
import { TestbedFailure } from './failure.mjs';

// dockerd puts unix sockets below this folder; a socket path holds 107 bytes at most, and the longest is about 45 long
const longestFolder = 60;

/**
 * The folder of everything that the testbed downloads, unpacks and runs; deleting it (engines down) removes all traces.
 *
 * `$XDG_CACHE_HOME/safebuild-testbed`, else `~/.cache/safebuild-testbed`.
 */
export function cacheFolder() {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'safebuild-testbed');
  if (folder.length > longestFolder) {
    throw new TestbedFailure(`${folder} is too long a path for an engine's sockets`, {
      hint: 'Set XDG_CACHE_HOME to a shorter path.',
    });
  }
  return folder;
}
