import { createHmac } from 'node:crypto';
import type { BuildRequest } from '../buildx/index.ts';
import { type Instruction, parseDockerfile, secretIdOf } from '../dockerfile/index.ts';
import { parseSecretFlag, type Secret } from '../secrets/index.ts';
import type { Rewrite } from './rewrite.ts';
import type { Sources } from './sources.ts';
import { versionKey } from './version-key.ts';

/** 64 bits: two values of one secret never meet by chance, and without the key nothing can be guessed from them. */
const versionDigits = 16;

/**
 * Makes every RUN that gets a secret run again when the value has changed, and only then.
 *
 * BuildKit's cache key holds a mount's id and not its value (buildkit.md facts 4 and 5): after a rotation a cached step would
 * keep yesterday's value, which nobody searches for any more. Covers the mounts that safebuild adds, the user's own that it
 * fills, and those that the user's `--secret` fills. Triggers (ONBUILD) stay as they are: they run in builds that know
 * nothing of this. Throws what `versionKey` throws.
 */
export async function withVersions(
  rewritten: Rewrite,
  sources: Sources,
  request: BuildRequest,
  env: Readonly<Record<string, string>>,
): Promise<Rewrite> {
  const filled = new Map(rewritten.handed.map(({ id, secret }) => [id, secret]));
  for (const flag of request.secrets) {
    const { id } = parseSecretFlag(flag, env);
    const secret = sources.secrets.get(id);
    if (secret !== undefined) filled.set(id, secret);
  }
  if (filled.size === 0) return rewritten;
  const key = await versionKey(env, sources.context.kind === 'folder' ? sources.context.dir : undefined);
  const text = markVersions(rewritten.text, filled, key);
  return text === rewritten.text ? rewritten : { ...rewritten, text, changed: true };
}

/**
 * Adds to each RUN one more mount for each secret that it gets, whose id carries the version of the value.
 *
 * No secret has that id and the mount is not required, so that BuildKit mounts nothing: the step sees what it saw before,
 * and the id takes part in the cache key. (To put the version into the real mount's id would also do it, but would move
 * its default file and ask for every value to be handed over under two names.) `filled` maps ids to what fills them. Lines
 * stay where they are.
 */
export function markVersions(text: string, filled: ReadonlyMap<string, Secret>, key: Buffer): string {
  let marked = '';
  let at = 0;
  for (const instruction of parseDockerfile(text).instructions) {
    const flags = markersOf(instruction, filled, key).join(' ');
    if (flags === '') continue;
    const { end } = instruction.keywordRange;
    marked += `${text.slice(at, end)} ${flags}`;
    at = end;
  }
  return marked + text.slice(at);
}

function markersOf({ keyword, flags }: Instruction, filled: ReadonlyMap<string, Secret>, key: Buffer): string[] {
  if (keyword !== 'RUN') return [];
  const ids = flags.flatMap((flag) => {
    const id = secretIdOf(flag);
    // Which id a variable makes, only the builder knows.
    return id?.includes('$') ? [...filled.keys()] : (id ?? []);
  });
  return [...new Set(ids)].flatMap((id) => {
    const secret = filled.get(id);
    if (secret === undefined) return [];
    // A plain word needs no quotes, neither for the flag nor for its CSV; the version alone tells two ids apart.
    return [`--mount=type=secret,id=${id.replaceAll(/[^\w.-]/g, '_')}.${versionOf(secret, key)}`];
  });
}

/**
 * The version of a secret's value: 16 hexadecimal digits that change with it, and tell nothing without the key.
 *
 * Keyed, as ids stand in logs and in provenance of mode=max: a plain hash there would let anybody test guesses.
 */
export function versionOf(secret: Secret, key: Buffer): string {
  const mac = createHmac('sha256', key).update(secret.name).update('\0').update(secret.reveal());
  return mac.digest('hex').slice(0, versionDigits);
}
