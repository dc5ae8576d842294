import type { Config } from './config.ts';

/** Where to look for `safebuild.yaml`. */
export interface ConfigRequest {
  cwd: string;
  /** Absolute root of the build context; absent when it is no local folder. */
  contextDir?: string;
  /** `--config` or `SAFEBUILD_CONFIG`. */
  explicitPath?: string;
}

/** Placeholder of the first commit. */
export async function loadConfig(_request: ConfigRequest): Promise<Config> {
  throw new Error('not written yet');
}
