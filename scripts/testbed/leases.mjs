import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Who uses an engine: one file for each process, so that the last one to leave can stop it.
 *
 * All of these are called with the engine's lock held.
 */
export async function addLease(folder, holder = String(process.pid)) {
  await mkdir(join(folder, 'leases'), { recursive: true });
  await writeFile(join(folder, 'leases', holder), '');
}

/** Gives up a lease, and returns whether nobody else holds one. Leases of processes that died count for nothing. */
export async function dropLease(folder, holder = String(process.pid)) {
  await rm(join(folder, 'leases', holder), { force: true });
  const others = await readdir(join(folder, 'leases')).catch(() => []);
  return !others.some((other) => other === keep || existsSync(`/proc/${other}`));
}

/** The lease of a person who started an engine by hand: it stands until that person stops the engine. */
export const keep = 'keep';
