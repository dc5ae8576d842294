import { createHash } from 'node:crypto';
import { asObject, asText, type JsonObject } from './json.ts';

/** A reference to a blob. Format: OCI image-spec 1.1, descriptor.md. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: string;
  annotations: JsonObject;
  artifactType?: string;
}

/** Undefined when a field that must be there is missing or of the wrong type. */
export function readDescriptor(value: unknown): Descriptor | undefined {
  const object = asObject(value);
  const digest = asText(object?.digest);
  const size = object?.size;
  if (object === undefined || digest === undefined || typeof size !== 'number') return undefined;
  if (!/^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/.test(digest)) return undefined;
  const platform = platformOf(object.platform);
  const artifactType = asText(object.artifactType);
  return {
    mediaType: asText(object.mediaType) ?? '',
    digest,
    size,
    annotations: asObject(object.annotations) ?? {},
    ...(platform === undefined ? {} : { platform }),
    ...(artifactType === undefined ? {} : { artifactType }),
  };
}

/** `linux/arm64/v8` from a descriptor's platform or from an image config, which have the same fields. */
export function platformOf(value: unknown): string | undefined {
  const object = asObject(value);
  const os = asText(object?.os);
  const architecture = asText(object?.architecture);
  if (!os || !architecture) return undefined;
  const variant = asText(object?.variant);
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}

/** By which BuildKit says what an attestation is about (BuildKit, docs/attestations/attestation-storage.md). */
export const subjectAnnotation = 'vnd.docker.reference.digest';

/** Digest of what an attestation in an index is about. */
export function subjectOf({ annotations }: Descriptor): string | undefined {
  return asText(annotations[subjectAnnotation]);
}

/** Whether bytes have a digest; false for algorithms that OCI does not register. */
export function hasDigest(bytes: Uint8Array, digest: string): boolean {
  const [algorithm, hex] = digest.split(':');
  if (algorithm !== 'sha256' && algorithm !== 'sha512') return false;
  return createHash(algorithm).update(bytes).digest('hex') === hex;
}

/** Where an OCI layout keeps the blob. Format: OCI image-spec 1.1, image-layout.md. */
export function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}
