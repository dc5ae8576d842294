/**
 * The full form of an image name, as docker's metadata file and the containerd store write it.
 *
 * `app` → `docker.io/library/app:latest`. Rules: distribution/reference, ParseNormalizedNamed and TagNameOnly.
 */
export function normalizeReference(name: string): string {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const domain = hasDomain ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  let path = hasDomain ? name.slice(slash + 1) : name;
  if (domain === 'docker.io' && !path.includes('/')) path = `library/${path}`;
  const tagged = path.includes('@') || /:[^/]*$/.test(path);
  return `${domain}/${path}${tagged ? '' : ':latest'}`;
}

/** The repository of a name: without tag and digest. */
export function repositoryOf(name: string): string {
  return name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}
