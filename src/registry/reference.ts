import { SafebuildError } from '../errors.ts';

/** An image name, taken apart as docker does (distribution/reference). */
export interface ImageReference {
  /** Host that serves the API: `registry-1.docker.io` for Docker Hub. */
  host: string;
  /** What docker's configuration files call that host. */
  credentialKey: string;
  repository: string;
  tag: string;
}

const hub = { host: 'registry-1.docker.io', credentialKey: 'https://index.docker.io/v1/' };

// Grammar: distribution/reference, reference.go.
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const domainGrammar = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?$`);
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const repositoryGrammar = new RegExp(`^${component}(?:/${component})*$`);
const tagGrammar = /^\w[\w.-]{0,127}$/;

/**
 * Reads a full reference (`domain/path:tag`), as `normalizeReference` makes it.
 *
 * Throws USAGE for what docker would not take as a name with a tag. The parts become parts of URLs, so nothing may pass here
 * that a URL reads in another way, such as `..` or `?`.
 */
export function parseReference(normalized: string): ImageReference {
  const slash = normalized.indexOf('/');
  const domain = normalized.slice(0, Math.max(slash, 0));
  const path = normalized.slice(slash + 1);
  const colon = path.lastIndexOf(':');
  const [repository, tag] = colon < 0 ? [path, 'latest'] : [path.slice(0, colon), path.slice(colon + 1)];
  if (!domainGrammar.test(domain) || !repositoryGrammar.test(repository) || !tagGrammar.test(tag)) {
    throw new SafebuildError('USAGE', `${normalized.replace(/[^/]*@(?!sha\d)/, '…@')} is no image name with a tag.`, {
      hint: 'Write REGISTRY/NAME:TAG, the name in lower case.',
    });
  }
  const host = domain === 'docker.io' || domain === hub.host ? hub : { host: domain, credentialKey: domain };
  return { ...host, repository, tag };
}

/** An image name to be read: as ImageReference, and what its digest must be, where the name says so. */
export interface PinnedReference extends ImageReference {
  digest?: string;
}

/** Reads a full reference that may end in a digest (`domain/path:tag@sha256:…`). Throws USAGE as `parseReference` does. */
export function parsePinnedReference(normalized: string): PinnedReference {
  const [, name = normalized, digest] = /^(.*)@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/s.exec(normalized) ?? [];
  const reference = parseReference(name);
  return digest === undefined ? reference : { ...reference, digest };
}

/** docker takes any registry on 127.0.0.0/8, ::1 and localhost for one without a certificate that anybody signed. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
}
