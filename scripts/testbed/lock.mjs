import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Runs `action` while no other process holds the lock file; waits for as long as it takes.
 *
 * The lock is flock(2) in a child that ends when its stdin closes: whatever happens to us, the kernel frees it, and no
 * stale file can block the next run.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withLock(file, action) {
  await mkdir(dirname(file), { recursive: true });
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; read -r _'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(holder, 'close');
  await Promise.race([once(holder.stdout, 'data'), ended.then(() => Promise.reject(new Error(`no lock: ${file}`)))]);
  try {
    return await action();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
