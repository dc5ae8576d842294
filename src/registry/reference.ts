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

/** Reads a full reference (`domain/path:tag`), as `normalizeReference` makes it. */
export function parseReference(normalized: string): ImageReference {
  const slash = normalized.indexOf('/');
  const domain = normalized.slice(0, slash);
  const path = normalized.slice(slash + 1).replace(/@.*$/, '');
  const colon = path.lastIndexOf(':');
  const [repository, tag] = colon < 0 ? [path, 'latest'] : [path.slice(0, colon), path.slice(colon + 1)];
  return { ...(domain === 'docker.io' ? hub : { host: domain, credentialKey: domain }), repository, tag };
}

/** docker takes any registry on 127.0.0.0/8, ::1 and localhost for one without a certificate that anybody signed. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
}
