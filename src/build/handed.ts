import type { HandedSecret } from '../buildx/index.ts';
import type { FoundCredential } from '../context/index.ts';
import type { Dockerfile, Instruction } from '../dockerfile/index.ts';
import { SafebuildError } from '../errors.ts';
import type { SecretMount } from '../finding.ts';
import { fileMountId, mountId } from '../rules/index.ts';
import { Secret, type SecretSet } from '../secrets/index.ts';
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

function mountedSecret(mount: SecretMount, { secrets, credentials }: Sources): Secret {
  if (mount.secret.startsWith(filePrefix)) {
    const path = mount.secret.slice(filePrefix.length);
    const file = credentials.find((credential) => credential.path === path);
    if (file) return fileSecret(file);
  }
  const secret = secrets.get(mount.secret);
  if (secret) return secret;
  const empty = secrets.empty.some(({ name }) => name === mount.secret);
  throw new SafebuildError(
    empty ? 'SECRET_EMPTY' : 'SECRET_MISSING',
    `A step needs the secret ${mount.secret}, which ${empty ? 'is empty' : 'has no value'}.`,
    {
      hint: `Set ${mount.secret} in .env or in the environment.`,
    },
  );
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
 * and in `.env` needs no flag. Throws SECRET_EMPTY when a required one is there and empty.
 */
export function handedToOwnMounts(
  dockerfile: Dockerfile,
  sources: Sources,
  given: ReadonlySet<string>,
): HandedSecret[] {
  const { secrets } = sources;
  const found = new Map<string, HandedSecret>();
  for (const { instruction, value } of secretMounts(dockerfile)) {
    const id = /(?:^|,)id=([^,"]+)/.exec(value)?.[1];
    if (id === undefined || given.has(id)) continue;
    const secret = offered(id, secrets) ?? answeredFile(id, sources);
    if (secret) {
      const asVariable = (found.get(id)?.asVariable ?? false) || /(^|,)env=/.test(value);
      found.set(id, { id, secret, asVariable });
    } else if (/(^|,)required(=true)?(,|$)/.test(value)) refuseEmpty(id, instruction, secrets);
  }
  return [...found.values()];
}

function secretMounts(dockerfile: Dockerfile): { instruction: Instruction; value: string }[] {
  return dockerfile.instructions.flatMap((instruction) =>
    [...instruction.flags, ...(instruction.onbuild?.flags ?? [])].flatMap(({ name, value }) =>
      name === 'mount' && value !== undefined && /(^|,)type=secret(,|$)/.test(value) ? [{ instruction, value }] : [],
    ),
  );
}

/** BuildKit takes an empty variable for a secret that is there (buildkit.md fact 3): the step would run without it. */
function refuseEmpty(id: string, { line }: Instruction, { empty }: SecretSet): void {
  const found = empty.find(({ name }) => name === id || name === asVariableName(id));
  if (found === undefined) return;
  throw new SafebuildError(
    'SECRET_EMPTY',
    `Line ${line} of the Dockerfile needs the secret ${id}, and ${found.name} is empty in ${found.origin.where}.`,
    {
      hint: `Give ${found.name} a value there, or pass --secret id=${id}.`,
    },
  );
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

/** `npm-token` → `NPM_TOKEN`. */
function asVariableName(id: string): string {
  return id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}
