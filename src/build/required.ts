import type { BuildRequest } from '../buildx/index.ts';
import { type Instruction, mountFields, needed, secretIdOf, stageOf } from '../dockerfile/index.ts';
import { parseSecretFlag } from '../secrets/index.ts';
import { secretForMount } from './handed.ts';
import { missingSecret } from './missing.ts';
import type { Sources } from './sources.ts';

/**
 * Stops a build whose steps would fail for want of a secret, before any of them has run.
 *
 * Looks at mounts that the user wrote with `required`, of what is built for the target. Throws SECRET_MISSING or
 * SECRET_EMPTY; names the id, the line, and every place that was tried. An id with a variable only the builder knows.
 */
export function refuseMissing(sources: Sources, request: BuildRequest, env: Readonly<Record<string, string>>): void {
  const [first] = missingMounts(sources, request, env);
  if (first !== undefined) throw missingSecret(first.id, sources, first.line);
}

/** The ids of required mounts that nothing fills, with the line of each. */
export function missingMounts(
  sources: Sources,
  request: BuildRequest,
  env: Readonly<Record<string, string>>,
): { id: string; line: number }[] {
  const { dockerfile } = sources;
  const stage = dockerfile && stageOf(dockerfile.model, request.target);
  if (dockerfile === undefined || stage === undefined) return [];
  const given = new Set(request.secrets.map((flag) => parseSecretFlag(flag, env).id));
  return needed(dockerfile.model, stage)
    .flatMap(({ instructions }) => instructions)
    .flatMap((instruction) => requiredIds(instruction).map((id) => ({ id, line: instruction.line })))
    .filter(({ id }) => !given.has(id) && !id.includes('$') && secretForMount(id, sources) === undefined);
}

function requiredIds({ keyword, flags }: Instruction): string[] {
  if (keyword !== 'RUN') return [];
  return flags.flatMap((flag) => {
    const fields = flag.name === 'mount' ? mountFields(flag) : new Map<string, string>();
    const required = /^(?:true|1|t)$/i.test(fields.get('required') ?? '');
    return required ? (secretIdOf(flag) ?? []) : [];
  });
}
