import { run } from './run.mjs';

const handedOn =
  /^(PATH|HOME|DOCKER_(HOST|CONTEXT|CONFIG|TLS_VERIFY|CERT_PATH|API_VERSION)|BUILDX_BUILDER|BUILDX_CONFIG)$/;

/**
 * Looks for an engine as docker itself does: DOCKER_HOST, the current context, the default socket.
 *
 * Returns its environment, version and image store, or in `reason` why it cannot be used: no client, no server, no
 * buildx, or no way to a base image.
 *
 * @returns {Promise<(import('./engines.mjs').FoundEngine & { env: Record<string, string> }) | { reason: string }>}
 */
export async function findEngine() {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => handedOn.test(name)));
  const info = await docker(env, 'info', '--format', '{{json .}}');
  if (info.exitCode === 127) return { reason: 'there is no docker command' };
  const engine = parse(info.stdout);
  if (engine?.ServerVersion === undefined || engine.ServerVersion === '')
    return { reason: 'the docker command finds no engine' };
  if ((await docker(env, 'buildx', 'version')).exitCode !== 0)
    return { reason: 'the docker command has no buildx plugin' };
  if (!(await hasImage(env, 'busybox:latest'))) return { reason: 'the engine can pull no base image' };
  return {
    env,
    major: Number.parseInt(engine.ServerVersion, 10),
    // docker's documented way to tell: https://docs.docker.com/engine/storage/containerd/
    store: JSON.stringify(engine.DriverStatus ?? []).includes('io.containerd.snapshotter')
      ? 'containerd'
      : 'graphdriver',
  };
}

/** Whether an engine that is not ours has an image or pulls it. */
export async function hasImage(env, image) {
  if ((await docker(env, 'image', 'inspect', image)).exitCode === 0) return true;
  return (await docker(env, 'pull', '--quiet', image)).exitCode === 0;
}

function docker(env, ...args) {
  return run('docker', args, { env, allowFailure: true });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
