import { type Docker, objectOf } from '../buildx/index.ts';
import { graphOf, type ImageGraph } from './graph.ts';
import { type Descriptor, layoutTar } from './layout-tar.ts';
import { dropImage } from './untagged.ts';

/** What an engine holds of an image: `all` of its bytes, `some` or nothing (`absent`), or it cannot say (`unknown`). */
export type Content = 'all' | 'some' | 'absent' | 'unknown';

/** Less than this is sent sooner than asked for. */
const smallestLayerBytes = 64 * 1024;

/** The first that tells of each manifest whether all its blobs are there (Engine API 1.48, "manifests"). */
const apiVersion = 'v1.48';

/**
 * Gives the engine's containerd store a proved image without sending layers that it holds already, as after a build of its own
 * BuildKit it holds every one.
 *
 * What is told apart by its digest is the same wherever it lies: the store checks the digest of all that it takes. So the small
 * blobs are loaded alone, without a name, and then the engine itself must say that no blob of the image is missing. Returns
 * false, with nothing left behind, wherever it does not say so; then the whole layout is to be loaded.
 */
export async function loadSmallParts(
  docker: Docker,
  dir: string,
  root: Descriptor,
  signal?: AbortSignal,
): Promise<boolean> {
  const graph = await graphOf(dir, root);
  const large = graph.layers.filter((layer) => layer.size >= smallestLayerBytes).map(({ digest }) => digest);
  if (large.length === 0) return false;
  const before = await contentOf(docker, root, graph, signal);
  if (before !== 'absent') return before === 'all';
  const body = layoutTar(dir, root, [], { without: new Set(large) });
  const load = await docker.ask({ method: 'POST', path: `/${apiVersion}/images/load?quiet=1`, body, signal });
  // The status was sent before the first byte was looked at, and says nothing of a layer that could not be unpacked.
  const loaded = load?.status === 200 && !/"error(?:Detail)?"|Error unpacking/.test(load.text);
  if (loaded && (await contentOf(docker, root, graph, signal)) === 'all') return true;
  await dropImage(docker, root.digest, new Set());
  return false;
}

interface Inspected {
  Id?: unknown;
  Manifests?: unknown;
}

/** What the engine says it holds of this image; every manifest must be named, and be whole. */
async function contentOf(
  docker: Docker,
  root: Descriptor,
  { manifests }: ImageGraph,
  signal: AbortSignal | undefined,
): Promise<Content> {
  const answer = await docker.ask({ path: `/${apiVersion}/images/${root.digest}/json?manifests=1`, signal });
  if (answer?.status === 404) return 'absent';
  const { Id, Manifests }: Inspected = objectOf(answer) ?? {};
  if (Id !== root.digest || !Array.isArray(Manifests)) return 'unknown';
  const whole = new Set(Manifests.filter((one) => one?.Available === true).map((one) => one.ID as unknown));
  return manifests.every(({ digest }) => whole.has(digest)) ? 'all' : 'some';
}
