import { type Argument, type BuildRequest, type FlagTable, toBuildRequest } from '../../buildx/index.ts';
import { SafebuildError } from '../../errors.ts';
import type { OwnFlags } from '../own-flags.ts';

/** What becomes of the plan; without any of these a person is asked, or nobody is there and it is only printed. */
const modes = ['yes', 'dry-run', 'diff', 'patch', 'undo'] as const;
export type Mode = (typeof modes)[number];

const modeTable: FlagTable = new Map(modes.map((mode) => [mode, mode === 'patch' ? 'one' : 'none']));

/** Build the version before and the version after, and search both. */
const proveFlag = 'prove';

/** Steps ask the ssh agent of whoever builds, where a key is not needed then. */
const agentFlag = 'ssh-agent';

/** The flags that only migrate has. */
export const flagTable: FlagTable = new Map([...modeTable, [proveFlag, 'none'], [agentFlag, 'none']]);

/** Flags of a build that change what is found. */
const buildFlags = new Set(['file', 'build-arg', 'target', 'secret']);

/** What a command line asks of migrate. */
export interface MigrateArguments {
  mode?: Mode;
  patchFile?: string;
  /** Whether both versions are built and searched, without asking. */
  proves: boolean;
  /** Whether an ssh key is done without wherever that can be. */
  sshAgent: boolean;
}

/** Reads what is migrate's own. Throws `USAGE` for flags that it does not know, or that exclude each other. */
export function migrateArguments(args: readonly Argument[], own: OwnFlags): MigrateArguments {
  if (own.json) throw usage('migrate has no --json.');
  const given = args.flatMap((arg) => (arg.kind === 'flag' && modeTable.has(arg.name) ? [arg] : []));
  const unknown = args.find((arg) => arg.kind === 'flag' && !flagTable.has(arg.name) && !buildFlags.has(arg.name));
  if (unknown?.kind === 'flag') throw usage(`migrate does not know --${unknown.name}.`);
  const [first, second] = given;
  if (second !== undefined) throw usage(`--${first?.name} and --${second.name} exclude each other.`);
  const proves = args.some((arg) => arg.kind === 'flag' && arg.name === proveFlag);
  if (proves && first !== undefined && first.name !== 'yes') {
    throw usage(`--prove builds what was written, and --${first.name} writes no Dockerfile.`);
  }
  const sshAgent = args.some((arg) => arg.kind === 'flag' && arg.name === agentFlag);
  if (first === undefined) return { proves, sshAgent };
  const patchFile = first.name === 'patch' ? first.value : undefined;
  if (first.name === 'patch' && !patchFile) throw usage('--patch needs the name of a file.');
  return { mode: first.name as Mode, proves, sshAgent, ...(patchFile === undefined ? {} : { patchFile }) };
}

/** The build that is migrated: its context is the working directory, if none is named. */
export function migratedRequest(args: readonly Argument[]): BuildRequest {
  const request = toBuildRequest(args.filter((arg) => arg.kind !== 'flag' || !flagTable.has(arg.name)));
  const positionals = args.filter((arg) => arg.kind === 'positional').length;
  if (positionals > 1) throw usage('migrate takes one folder.');
  if (positionals === 1 && request.context === undefined) throw usage('A flag has no value.');
  return request.context === undefined ? { ...request, context: '.' } : request;
}

function usage(message: string): SafebuildError {
  return new SafebuildError('USAGE', message, { hint: 'See safebuild migrate --help.' });
}
