import { classify } from '../classify.ts';
import { judgeName } from '../names.ts';
import { looksRandom } from '../randomness.ts';
import { secretShape } from '../value-shapes.ts';
import { weakness } from '../weakness.ts';
import { isBuildkitArgument } from '../well-known-names.ts';
import { type Candidate, precedence, unjudged } from './candidate.ts';

type Environment = Readonly<Record<string, string | undefined>>;

// Paths, sockets and the machine's own: what stands behind them is no value to hide, whatever it is called.
const neverSecret =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|HOSTNAME|TERM|SSH_AUTH_SOCK|SSH_AGENT_PID|LS_COLORS|_)$|_(?:FILE|PATH|DIR|HOME|SOCK|SOCKET)$/i;

// Session managers and npm fill these by the dozen: only one that is asked for, and called a secret, counts.
const machineFamily = /^(?:XDG|LC|DBUS|npm_package|npm_lifecycle)_/i;

/**
 * The variables of the environment that concern this build.
 *
 * Those that somebody `referenced` (Dockerfile, build arguments, env files, safebuild.yaml, `${X}` in credential files), and
 * those that are surely secrets: a CI's tokens and passwords are searched for although no one mentioned them.
 * Everything else of the environment is not even looked at by rules.
 */
export function readEnvironment(env: Environment, referenced: ReadonlySet<string>): Candidate[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || neverSecret.test(name) || isBuildkitArgument(name)) return [];
    if (machineFamily.test(name) && !(referenced.has(name) && judgeName(name).strong)) return [];
    if (!referenced.has(name) && !surelySecret(name, value)) return [];
    return [unjudged(name, value, { source: 'environment', where: 'environment' }, precedence.environment)];
  });
}

function surelySecret(name: string, value: string): boolean {
  if (classify(name, value).kind !== 'secret') return false;
  const verdict = judgeName(name);
  if (secretShape(value) !== undefined) return true;
  // A weak value cannot be searched for, and to search is all that is done with what nobody mentions.
  const tellsEnough = verdict.strong ? weakness(Buffer.from(value)) === undefined : looksRandom(value);
  return verdict.says === 'secret' && tellsEnough;
}
