import type { Config } from '../config/index.ts';
import type { Dockerfile } from '../dockerfile/index.ts';
import type { SecretSet } from './set.ts';

/** A file of the context that holds credentials, as the caller read it. */
export interface ContextFile {
  /** Relative to the context root, with `/`. */
  path: string;
  bytes: Uint8Array;
}

/** Everything that values may come from. */
export interface SecretRequest {
  cwd: string;
  /** The environment of the invocation. */
  env: Readonly<Record<string, string | undefined>>;
  config: Config;
  /** Paths after `--env-file`, as given; the last wins. */
  envFiles?: readonly string[];
  /** `--build-arg`, in order; without `value` the environment supplies it. */
  buildArgs?: readonly { name: string; value?: string }[];
  /** CSV after `--secret`, in order. */
  secretFlags?: readonly string[];
  dockerfile?: Dockerfile;
  /** Path of the Dockerfile as the user wrote it, for messages. */
  dockerfilePath?: string;
  /** Credential files that the context would send. */
  contextFiles?: readonly ContextFile[];
}

/** Placeholder of the first commit. */
export async function loadSecrets(_request: SecretRequest): Promise<SecretSet> {
  throw new Error('not written yet');
}
