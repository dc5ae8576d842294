/** What `safebuild verify` is to look at. */
export type Subject =
  | { kind: 'stdin' }
  /** Whatever is there by that name: a file, an image of the engine, one in a registry, in this order. */
  | { kind: 'any'; name: string }
  | { kind: 'path'; path: string }
  | { kind: 'engine'; image: string }
  | { kind: 'registry'; reference: string };

/** Transports of containers-transports(5), which skopeo and podman know too; a `:tag` behind a path is no restriction here. */
const spelled = new Map<string, (rest: string) => Subject>([
  ['docker', (rest) => ({ kind: 'registry', reference: rest.replace(/^\/\//, '') })],
  ['registry', (rest) => ({ kind: 'registry', reference: rest.replace(/^\/\//, '') })],
  ['docker-daemon', (rest) => ({ kind: 'engine', image: rest })],
  ['oci', (rest) => ({ kind: 'path', path: rest })],
  ['oci-archive', (rest) => ({ kind: 'path', path: rest })],
  ['docker-archive', (rest) => ({ kind: 'path', path: rest })],
]);

/** Reads the argument of `safebuild verify`. `docker:27` is an image's name, `docker://docker:27` says where it is. */
export function parseSubject(text: string): Subject {
  if (text === '-') return { kind: 'stdin' };
  const [, scheme = '', rest = ''] = /^([a-z-]+):(.+)$/s.exec(text) ?? [];
  const needsSlashes = scheme === 'docker' || scheme === 'registry';
  const make = needsSlashes && !rest.startsWith('//') ? undefined : spelled.get(scheme);
  return make?.(rest) ?? { kind: 'any', name: text };
}
