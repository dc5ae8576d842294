import type { HandedSecret } from '../buildx/index.ts';
import type { FoundCredential } from '../context/index.ts';
import { type Dockerfile, type Flag, mountFields, secretIdOf } from '../dockerfile/index.ts';
import type { SecretMount } from '../finding.ts';
import { fileMountId, mountId } from '../rules/index.ts';
import { asVariableName, Secret, type SecretSet } from '../secrets/index.ts';
import { missingSecret } from './missing.ts';
import { isNeeded, type Sources } from './sources.ts';

/**
 * The values for mounts that were added.
 *
 * Throws SECRET_EMPTY or SECRET_MISSING when a step needs a secret that has no value.
 */
export function handedBy(mounts: readonly SecretMount[], sources: Sources): HandedSecret[] {
  const byId = new Map<string, HandedSecret>();
  for (const mount of mounts) {
    const known = byId.get(mount.id);
    const asVariable = (known?.asVariable ?? false) || mount.env !== undefined;
    byId.set(mount.id, { id: mount.id, secret: known?.secret ?? mountedSecret(mount, sources), asVariable });
  }
  return [...byId.values()];
}

const filePrefix = 'file:';

function mountedSecret(mount: SecretMount, sources: Sources): Secret {
  const { secrets, credentials } = sources;
  if (mount.secret.startsWith(filePrefix)) {
    const path = mount.secret.slice(filePrefix.length);
    const file = credentials.find((credential) => credential.path === path);
    if (file) return fileSecret(file);
  }
  const secret = secrets.get(mount.secret);
  if (secret) return secret;
  throw missingSecret(mount.secret, sources);
}

function fileSecret({ path, bytes }: FoundCredential): Secret {
  return new Secret({
    name: path,
    value: bytes,
    origin: { source: 'context-file', where: path },
    reason: 'a credential file',
  });
}

/**
 * The values for mounts that the user wrote, apart from those that are `given`: whoever has `id=NPM_TOKEN` in the Dockerfile
 * and in `.env` needs no flag.
 */
export function handedToOwnMounts(
  dockerfile: Dockerfile,
  sources: Sources,
  given: ReadonlySet<string>,
): HandedSecret[] {
  const found = new Map<string, HandedSecret>();
  for (const flag of flagsOf(dockerfile)) {
    const id = secretIdOf(flag);
    if (id === undefined || given.has(id)) continue;
    const secret = secretForMount(id, sources);
    if (secret) {
      const asVariable = (found.get(id)?.asVariable ?? false) || mountFields(flag).has('env');
      found.set(id, { id, secret, asVariable });
    }
  }
  return [...found.values()];
}

function flagsOf(dockerfile: Dockerfile): Flag[] {
  return dockerfile.instructions.flatMap(({ flags, onbuild }) => [...flags, ...(onbuild?.flags ?? [])]);
}

/** What fills a mount of this id that the user wrote; undefined where nothing does. */
export function secretForMount(id: string, sources: Sources): Secret | undefined {
  return offered(id, sources.secrets) ?? answeredFile(id, sources);
}

/** The secret called `npm-token` or, as variables are called, `NPM_TOKEN`; or the part that the rules give this id. */
function offered(id: string, secrets: SecretSet): Secret | undefined {
  const name = [id, asVariableName(id)].find((candidate) => secrets.offered.has(candidate));
  if (name !== undefined) return secrets.get(name);
  return secrets.secrets.find(
    (secret) => secret.partOf !== undefined && secrets.offered.has(secret.partOf) && mountId(secret.name) === id,
  );
}

/** The file that `safebuild.yaml` says is needed, by the id that the rules would give it: `.npmrc` is `npmrc`. */
function answeredFile(id: string, { config, credentials }: Sources): Secret | undefined {
  const file = credentials.find(({ path }) => {
    const plain = fileMountId(path);
    return isNeeded(config, path) && (id === plain || id === `file-${plain}`);
  });
  return file && fileSecret(file);
}

/** What `--secret-from` gives and nothing else hands over: docker, too, hands over every `--secret`. */
export function handedByFlag({ secrets }: Sources, handed: readonly HandedSecret[]): HandedSecret[] {
  const known = new Set(handed.map(({ id }) => id));
  return [...secrets.fetched].flatMap(([id, { byFlag }]) => {
    const secret = byFlag && !known.has(id) ? secrets.get(id) : undefined;
    return secret === undefined ? [] : [{ id, secret, asVariable: false }];
  });
}
