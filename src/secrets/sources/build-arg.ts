import { type Candidate, precedence, unjudged } from './candidate.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The values of `--build-arg`.
 *
 * A bare `--build-arg NAME` takes the environment's value, and nothing when there is none, as docker does. Of a repeated
 * name the last one counts, and all are searched for.
 */
export function readBuildArgs(args: readonly { name: string; value?: string }[], env: Environment): Candidate[] {
  return args.flatMap(({ name, value = env[name] }) =>
    value === undefined
      ? []
      : [unjudged(name, value, { source: 'build-arg', where: `--build-arg ${name}` }, precedence.flag)],
  );
}
