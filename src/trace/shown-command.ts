import { type Argument, dockerBuildFlags, type FlagTable, parseArguments } from '../buildx/index.ts';

/** Flags that hold names, paths and modes; of all others only the name is shown. */
const shownFlags = new Set(
  `all-platforms allow attest builder call check config context diff env-file file filter format help iidfile json
  load metadata-file multi-stage network no-cache no-trunc output platform progress provenance pull push quiet sbom
  secret-from shm-size ssh tag target ulimit yes dry-run undo version`.split(/\s+/),
);

/** Fields of `--secret` that say where a value is, and not what it is. */
const secretFields = /^(?:id|env|src|source|type)=/;

const left = '…';

/**
 * The words of a command line that may be shown: command, flags, names and paths.
 *
 * Build arguments, labels, cache credentials and everything else that may hold a value are shown by their flag alone, and
 * so is a flag that nobody knows. Works for `docker buildx build …`, for other docker commands, and for our own.
 */
export function shownCommand(args: readonly string[], more: FlagTable = new Map()): string[] {
  const table = new Map([...more, ...dockerBuildFlags, ['config', 'one'], ['env-file', 'one']] as const);
  const all = parseArguments(args, table);
  return all.flatMap((arg, index) => shown(arg, all[index - 1]));
}

function shown(arg: Argument, before: Argument | undefined): string[] {
  if (arg.kind === 'end') return ['--'];
  if (arg.kind === 'positional') {
    // It may be the value of the flag before it.
    const maybeValue = before?.kind === 'flag' && !before.known && before.value === undefined;
    return [maybeValue ? left : withoutLogin(arg.value)];
  }
  const [word = ''] = arg.raw;
  const flag = word.startsWith('--') ? `--${arg.name}` : word.slice(0, 2);
  if (arg.value === undefined) return [flag];
  if (arg.name === 'secret') return [`${flag} ${arg.value.split(',').map(field).join(',')}`];
  return [`${flag} ${shownFlags.has(arg.name) ? withoutLogin(arg.value) : left}`];
}

function field(text: string): string {
  return secretFields.test(text) ? text : left;
}

/** User, password and query of a URL. */
function withoutLogin(word: string): string {
  return word.replaceAll(/\/\/[^/\s]*@/g, `//${left}@`).replaceAll(/\?[^\s#]*/g, `?${left}`);
}
