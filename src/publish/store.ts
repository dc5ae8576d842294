import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Docker, objectOf } from '../buildx/index.ts';
import { SafebuildError } from '../errors.ts';
import { loadSmallParts } from './engine-content.ts';
import { type Descriptor, type LegacyManifest, layoutTar, rootDescriptor } from './layout-tar.ts';
import { normalizeReference } from './reference.ts';

/** Of Docker 25; older engines are asked by the docker client (Engine API, "Versioning"). */
const apiVersion = 'v1.44';

/** What the engine calls an image once it has it. */
export interface Stored {
  id: string;
  /** The engine held all layers of the image before it was given any. */
  heldBefore: boolean;
}

/** The engine lacks layers that are not in the layout either. */
export class LayersMissing extends Error {
  constructor() {
    super('layers that were left with the engine are not there');
    this.name = 'LayersMissing';
  }
}

export interface LoadOptions {
  signal?: AbortSignal;
  /** The store of the engine that docker loads into. Default: the engine is asked. */
  store?: 'containerd' | 'graphdriver' | undefined;
  /** Layers are missing from the layout, which the engine is to hold already. Default: false. */
  withheld?: boolean;
}

/**
 * Loads a proved layout into the engine under `names`, and checks that the engine holds the proved bytes.
 *
 * The containerd store takes the layout as it is, without the layers that it holds already, and its image id is the root
 * digest. The graphdriver store reads `manifest.json`; its image id is the config digest. Throws PUBLISH_FAILED with docker's words, PUBLISH_MISMATCH if the
 * engine ends up with another image, INTERRUPTED when `signal` aborts, LayersMissing only for a layout that lacks layers.
 */
export async function loadLayout(
  docker: Docker,
  dir: string,
  names: readonly string[],
  options: LoadOptions = {},
): Promise<Stored> {
  const root = await rootDescriptor(dir);
  const containerd = options.store ? options.store === 'containerd' : await usesContainerdStore(docker);
  if (containerd && (await loadSmallParts(docker, dir, root, options.signal))) {
    if (names.length > 0) await tagImage(docker, root.digest, names);
    return { id: root.digest, heldBefore: true };
  }
  if (options.signal?.aborted) throw new SafebuildError('INTERRUPTED', 'Interrupted while the image was loaded.');
  if (options.withheld) throw new LayersMissing();
  const manifest = containerd ? undefined : await platformManifest(dir, root);
  const legacy = manifest && { ...manifest, RepoTags: names.length > 0 ? [...names].map(withTag) : null };
  const result = await docker.run(['load'], { input: layoutTar(dir, root, names, { legacy }), signal: options.signal });
  if (options.signal?.aborted) throw new SafebuildError('INTERRUPTED', 'Interrupted while the image was loaded.');
  if (result.exitCode !== 0) throw failed('docker load', result.stderr);
  const expected = containerd ? root.digest : `sha256:${manifest?.Config.split('/').at(-1)}`;
  await checkNames(docker, names.length > 0 ? names : [expected], expected);
  return { id: expected, heldBefore: false };
}

/** Gives a proved image of the engine's store its names. */
export async function tagImage(docker: Docker, id: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (await tagInEngine(docker, id, name)) continue;
    const result = await docker.run(['tag', id, name]);
    if (result.exitCode !== 0) throw failed(`docker tag ${name}`, result.stderr);
    await checkNames(docker, [name], id);
  }
}

/** By the engine's own word. Where it has another, or none, docker may try, and has the words for what is wrong. */
async function tagInEngine(docker: Docker, id: string, name: string): Promise<boolean> {
  const full = normalizeReference(name);
  const [, repository = '', tag = ''] = /^([^@]+):([^:/@]+)$/.exec(full) ?? [];
  if (tag === '') return false;
  const words = new URLSearchParams({ repo: repository, tag });
  const tagged = await docker.ask({ method: 'POST', path: `/${apiVersion}/images/${id}/tag?${words}` });
  if (tagged?.status !== 201) return false;
  return objectOf(await docker.ask({ path: `/${apiVersion}/images/${full}/json` }))?.Id === id;
}

/** Throws PUBLISH_MISMATCH unless every name leads to this image; all are looked up in one call. */
async function checkNames(docker: Docker, names: readonly string[], expected: string): Promise<void> {
  const result = await docker.run(['image', 'inspect', '--format', '{{.Id}}', ...names]);
  const ids = result.exitCode === 0 ? result.stdout.split('\n') : [];
  const wrong = names.find((_, index) => ids[index]?.trim() !== expected);
  if (wrong !== undefined) throw mismatch(wrong);
}

async function usesContainerdStore(docker: Docker): Promise<boolean> {
  const info = await docker.run(['info', '--format', '{{json .DriverStatus}}']);
  return info.stdout.includes('io.containerd.snapshotter');
}

/** The only image manifest of a layout, in the words of a docker archive. */
async function platformManifest(dir: string, root: Descriptor): Promise<LegacyManifest> {
  const read = async <T>(digest: string): Promise<T> =>
    JSON.parse(await readFile(join(dir, 'blobs', ...digest.split(':')), 'utf8')) as T;
  let descriptor = root;
  if (/index|manifest\.list/.test(root.mediaType)) {
    const { manifests } = await read<{ manifests: Descriptor[] }>(root.digest);
    const images = manifests.filter((entry) => entry.platform?.os !== 'unknown');
    const [only] = images;
    if (only === undefined || images.length > 1) {
      throw new SafebuildError('PUBLISH_FAILED', 'This engine can load an image of one platform only.', {
        hint: 'Build one platform with --platform, push instead of loading, or switch the engine to the containerd image store.',
      });
    }
    descriptor = only;
  }
  const manifest = await read<{ config: Descriptor; layers: Descriptor[] }>(descriptor.digest);
  const path = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
  return {
    Config: path(manifest.config.digest),
    RepoTags: null,
    Layers: manifest.layers.map((layer) => path(layer.digest)),
  };
}

/** A docker archive's names carry their tag. */
function withTag(name: string): string {
  return /:[^/]*$/.test(name) ? name : `${name}:latest`;
}

/** In the words of docker and of the registries: Docker Hub's, distribution's, ECR's. */
function lacksLogin(stderr: string): boolean {
  return /\b(?:denied|unauthorized|authentication required|no basic auth credentials)\b/i.test(stderr);
}

const loginHint = 'Run docker login for this registry, as somebody who may push there, and build again.';

export function failed(what: string, stderr: string): SafebuildError {
  const words = stderr.trim().split('\n').at(-1) || 'no reason given';
  return new SafebuildError(
    'PUBLISH_FAILED',
    `${what} failed: ${words}`,
    lacksLogin(stderr) ? { hint: loginHint } : {},
  );
}

function mismatch(name: string): SafebuildError {
  return new SafebuildError('PUBLISH_MISMATCH', `${name} is not the image that was proved.`, {
    hint: 'Another build or pull may have moved the tag at the same moment: build again.',
  });
}
