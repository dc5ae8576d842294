import type { Docker } from '../buildx/index.ts';

/**
 * Whether the engine does without TLS or a good certificate for this registry (`insecure-registries` of its configuration).
 *
 * False without an engine, and for what only a network range in that configuration covers.
 */
export async function isInsecure(registryHost: string, docker: Docker): Promise<boolean> {
  try {
    const info = await docker.run(['info', '--format', '{{json .RegistryConfig}}']);
    const config = JSON.parse(info.stdout) as { IndexConfigs?: Record<string, { Secure?: unknown }> } | null;
    return config?.IndexConfigs?.[registryHost]?.Secure === false;
  } catch {
    return false;
  }
}
