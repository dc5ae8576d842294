import type { BuildRequest } from './request.ts';

/** Flags whose effect safebuild brings about itself: outputs and what is written about them. */
const withheld = new Set(['output', 'push', 'load', 'cache-to', 'iidfile', 'metadata-file', 'progress', 'file']);

export interface ArgumentChanges {
  /** Names of build arguments that must not be passed. */
  dropBuildArgs: ReadonlySet<string>;
  /** Raw `--secret` values whose source is used up, e.g. a pipe that was read. */
  dropSecrets: ReadonlySet<string>;
  /** True where tags must wait until the proof: the engine's graphdriver store. */
  withholdTags: boolean;
  /** What to pass instead, in front of the context. */
  add: readonly string[];
  /** The context to build, when it is not the user's own. */
  context: string;
}

/**
 * The arguments of `docker buildx build` for the held-back build.
 *
 * Everything that safebuild does not have to change stays as it was given, in its order, flags that it does not know too.
 */
export function heldArguments(request: BuildRequest, changes: ArgumentChanges): string[] {
  const kept = request.args.flatMap((arg) => {
    if (arg.kind !== 'flag') return [];
    if (withheld.has(arg.name) || (changes.withholdTags && arg.name === 'tag')) return [];
    if (arg.name === 'build-arg' && changes.dropBuildArgs.has(nameOf(arg.value ?? ''))) return [];
    if (arg.name === 'secret' && changes.dropSecrets.has(arg.value ?? '')) return [];
    return [...arg.raw];
  });
  return ['buildx', 'build', ...kept, ...changes.add, '--', changes.context];
}

/** The user's own arguments in their order, for a build that safebuild has no reason to touch. */
export function untouchedArguments(request: BuildRequest): string[] {
  return ['buildx', 'build', ...request.args.flatMap((arg) => arg.raw)];
}

function nameOf(buildArg: string): string {
  const equals = buildArg.indexOf('=');
  return equals < 0 ? buildArg : buildArg.slice(0, equals);
}
