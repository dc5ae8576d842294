import { createHash } from 'node:crypto';
import type { Docker } from '../buildx/index.ts';
import { SafebuildError } from '../errors.ts';
import { repositoryOf } from './reference.ts';
import { failed } from './store.ts';

/** What a pushed image must turn out to be: its own digest, or, where the registry's manifest is made at the push, its config. */
export type Expected = { digest: string } | { config: string };

/**
 * Pushes a proved image from the engine's store and checks what the registry took.
 *
 * Returns the manifest digest in the registry. With the containerd store it is the proved digest itself. The graphdriver
 * store makes the manifest at the push, so the manifest is read back by its digest and its config compared: layers
 * are bound to the config by their diff ids (ENGINE.md 6). Throws PUBLISH_FAILED, PUBLISH_MISMATCH, or INTERRUPTED
 * when `signal` aborts.
 */
export async function pushImage(
  docker: Docker,
  name: string,
  expected: Expected,
  signal?: AbortSignal,
): Promise<string> {
  const result = await docker.run(['push', name], { signal });
  if (signal?.aborted) throw new SafebuildError('INTERRUPTED', `Interrupted while ${name} was pushed.`);
  if (result.exitCode !== 0) throw failed(`docker push ${name}`, result.stderr);
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(result.stdout)?.[1];
  if (digest === undefined) throw mismatch(name, 'docker push named no digest');
  if ('digest' in expected) {
    if (digest !== expected.digest) throw mismatch(name, 'the registry holds another digest');
    return digest;
  }
  const raw = await docker.run(['buildx', 'imagetools', 'inspect', '--raw', `${repositoryOf(name)}@${digest}`]);
  if (raw.exitCode !== 0) throw failed(`Reading ${name} back from its registry`, raw.stderr);
  const sum = `sha256:${createHash('sha256').update(raw.stdout).digest('hex')}`;
  const manifest = JSON.parse(raw.stdout) as { config?: { digest?: string } };
  if (sum !== digest || manifest.config?.digest !== expected.config)
    throw mismatch(name, 'the registry holds another config');
  return digest;
}

function mismatch(name: string, why: string): SafebuildError {
  return new SafebuildError('PUBLISH_MISMATCH', `What ${name} names in its registry is not what was proved: ${why}.`, {
    hint: 'Do not use the pushed tag; build and push again.',
  });
}
