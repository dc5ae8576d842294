import { SafebuildError } from '../errors.ts';
import type { RegistryClient } from './client.ts';
import { digestOf, type RemoteManifest, readWhole } from './manifest.ts';

/** What a registry keeps about a manifest, beside the image itself. */
export interface Attachments {
  /** The answers of the referrers API, page by page: indexes that are stored nowhere as such. */
  referrers: readonly Uint8Array[];
  /** Manifests and indexes under tags that are made from the digest. */
  tagged: readonly (RemoteManifest & { digest: string })[];
}

/** Tags by which cosign attaches signatures, attestations and bills of materials (cosign, specs/SIGNATURE_SPEC.md). */
const cosignSuffixes = ['.sig', '.att', '.sbom'];

/** What registries that do not know the referrers API answer; 404 by the specification. */
const unknownApi = [400, 401, 403, 404, 405, 406, 501];

/** So that a registry which always names a next page comes to an end. */
const maxPages = 100;

/**
 * Everything that is attached to a manifest: by the referrers API, where that is not known by its fallback tag
 * (distribution-spec 1.1, "Listing Referrers"), and by cosign's tags.
 *
 * Tags are asked for by HEAD first: most are not there, and Docker Hub counts a GET as a pull. Throws what the client throws.
 */
export async function attachmentsOf(
  client: RegistryClient,
  digest: string,
  manifest: (tag: string) => Promise<RemoteManifest | undefined>,
): Promise<Attachments> {
  const tag = digest.replace(':', '-');
  const referrers = await referrersOf(client, digest);
  const tags = [...(referrers === undefined ? [tag] : []), ...cosignSuffixes.map((suffix) => tag + suffix)];
  const found = await Promise.all(tags.map(async (name) => ((await has(client, name)) ? manifest(name) : undefined)));
  const tagged = found.flatMap((one) => (one === undefined ? [] : [{ ...one, digest: digestOf(one.bytes) }]));
  return { referrers: referrers ?? [], tagged };
}

async function has(client: RegistryClient, tag: string): Promise<boolean> {
  const request = { method: 'HEAD', path: `manifests/${tag}`, headers: { accept: '*/*' } } as const;
  return (await client.request(request, [200, 404])).status === 200;
}

/** The pages of the list; undefined where the API is not known. */
async function referrersOf(client: RegistryClient, digest: string): Promise<Uint8Array[] | undefined> {
  const pages: Uint8Array[] = [];
  const what = `the list of what refers to ${digest}`;
  for (let path: string | undefined = `referrers/${digest}`; path !== undefined; ) {
    if (pages.length === maxPages) throw new SafebuildError('SCAN_INCOMPLETE', `The registry never ends ${what}.`);
    const headers = { accept: 'application/vnd.oci.image.index.v1+json', 'accept-encoding': 'identity' };
    const expected = pages.length === 0 ? [200, ...unknownApi] : [200];
    const response = await client.request({ method: 'GET', path, headers }, expected);
    if (response.status !== 200) {
      await response.body?.cancel();
      return undefined;
    }
    const bytes = await readWhole(response, what);
    // any path may be answered by some web page
    if (!isIndex(bytes) && pages.length === 0) return undefined;
    pages.push(bytes);
    path = nextPage(response.headers.get('link'), response.url);
  }
  return pages;
}

function isIndex(bytes: Uint8Array): boolean {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as { manifests?: unknown } | null;
    return Array.isArray(value?.manifests);
  } catch {
    return false;
  }
}

/** Of `<…>; rel="next"` (RFC 8288), the address. */
function nextPage(link: string | null, from: string): string | undefined {
  const next = /<([^>]+)>\s*;[^,]*\brel="?next"?/i.exec(link ?? '')?.[1];
  return next !== undefined && URL.canParse(next, from) ? new URL(next, from).href : undefined;
}
