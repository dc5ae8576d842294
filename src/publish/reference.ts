/**
 * The full form of an image name, with the tag that a missing one means, as the containerd store writes it.
 *
 * `app` → `docker.io/library/app:latest`. Rule: distribution/reference, TagNameOnly.
 */
export function normalizeReference(name: string): string {
  const full = fullName(name);
  return full.includes('@') || /:[^/]*$/.test(full.slice(full.indexOf('/'))) ? full : `${full}:latest`;
}

/** The full form of an image name, no tag added: `app` → `docker.io/library/app` (distribution/reference, ParseNormalizedNamed). */
export function fullName(name: string): string {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const domain = hasDomain ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const path = hasDomain ? name.slice(slash + 1) : name;
  return `${domain}/${domain === 'docker.io' && !path.includes('/') ? 'library/' : ''}${path}`;
}

/** The repository of a name: without tag and digest. */
export function repositoryOf(name: string): string {
  return name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}
