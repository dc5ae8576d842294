import type { Descriptor, Layout } from '../image/build-image.ts';
import type { Answer, Arrived } from './loopback.ts';
import { error } from './small-registry.ts';

export interface Served {
  /** By tag or digest: the bytes of a manifest. */
  tags: Record<string, Descriptor>;
  /** Answers of the referrers API, by digest of the subject; absent: the registry does not know the API. */
  referrers?: Record<string, Descriptor[]>;
}

/** Answers as a registry that holds the blobs of a layout as `team/app`, manifests too. */
export function serve(layout: Layout, { tags, referrers }: Served): (request: Arrived) => Answer {
  return ({ method, url, headers }) => {
    const [, kind, name = ''] = /^\/v2\/team\/app\/(manifests|blobs|referrers)\/([^?]+)$/.exec(url) ?? [];
    if (kind === 'referrers') {
      if (referrers === undefined) return error(404, 'NOT_FOUND');
      return json({ schemaVersion: 2, manifests: referrers[name] ?? [] }, 'application/vnd.oci.image.index.v1+json');
    }
    const digest = (kind === 'manifests' ? tags[name]?.digest : undefined) ?? name;
    const bytes = layout.files.get(`blobs/${digest.replace(':', '/')}`);
    if (kind === 'manifests') return manifest(bytes, method);
    return bytes === undefined ? error(404, 'BLOB_UNKNOWN') : blob(bytes, headers.range);
  };
}

function manifest(bytes: Buffer | undefined, method: string): Answer {
  if (bytes === undefined) return error(404, 'MANIFEST_UNKNOWN');
  return { status: 200, headers: { 'content-type': typeOf(bytes) }, ...(method === 'HEAD' ? {} : { body: bytes }) };
}

function blob(bytes: Buffer, range = ''): Answer {
  const from = /^bytes=(\d+)-$/.exec(range)?.[1];
  if (from === undefined) return { status: 200, body: bytes };
  const headers = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  return { status: 206, headers, body: bytes.subarray(Number(from)) };
}

function json(value: object, type: string): Answer {
  return { status: 200, headers: { 'content-type': type }, body: JSON.stringify(value) };
}

function typeOf(bytes: Buffer): string {
  const kind = bytes.includes('"manifests":') ? 'index' : 'manifest';
  return `application/vnd.oci.image.${kind}.v1+json`;
}
