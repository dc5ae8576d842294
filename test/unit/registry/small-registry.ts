import { createHash } from 'node:crypto';
import type { Answer, Arrived } from './loopback.ts';

/** A registry in memory, as far as a push needs one (distribution-spec 1.1). */
export interface SmallRegistry {
  blobs: Map<string, Buffer>;
  /** By tag and by digest. */
  manifests: Map<string, Buffer>;
  answer(request: Arrived): Answer;
}

export function smallRegistry(repository = 'team/app'): SmallRegistry {
  const [blobs, manifests] = [new Map<string, Buffer>(), new Map<string, Buffer>()];
  const base = `/v2/${repository}/`;
  return {
    blobs,
    manifests,
    answer({ method, url, body }) {
      if (!url.startsWith(base)) return { status: 404 };
      const [kind, name = '', ...more] = url.slice(base.length).split('?')[0]?.split('/') ?? [];
      if (kind === 'manifests' && method === 'PUT') {
        manifests.set(name, body).set(digestOf(body), body);
        return { status: 201 };
      }
      if (kind === 'manifests') return found(manifests.get(name));
      if (method === 'HEAD') return { status: blobs.has(name) ? 200 : 404 };
      if (method === 'POST') return { status: 202, headers: { location: `${base}blobs/uploads/1?_state=a%2Bb` } };
      const digest = new URL(url, 'http://registry.example.com').searchParams.get('digest') ?? '';
      if (more[0] !== '1' || digestOf(body) !== digest) return error(400, 'DIGEST_INVALID');
      blobs.set(digest, body);
      return { status: 201 };
    },
  };
}

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The distribution-spec's way to say no; `message` is free text of the server's. */
export function error(status: number, code: string, message = ''): Answer {
  return { status, body: JSON.stringify({ errors: [{ code, message }] }) };
}

function found(bytes: Buffer | undefined): Answer {
  return bytes === undefined ? error(404, 'MANIFEST_UNKNOWN') : { status: 200, body: bytes };
}
