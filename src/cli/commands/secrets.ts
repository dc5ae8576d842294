import { type Argument, type FlagTable, toBuildRequest } from '../../buildx/index.ts';
import { SafebuildError } from '../../errors.ts';
import { inventoryJson, inventoryText } from '../../inventory/text.ts';
import { listSecrets } from '../../inventory.ts';
import { secretsHelp } from '../help.ts';
import { hostFor } from '../host.ts';
import type { Io } from '../io.ts';
import { splitFlags } from '../own-flags.ts';
import { trustPrompt } from '../trust-prompt.ts';
import { configOf } from './build.ts';

const ownTable: FlagTable = new Map([['test', 'none']]);

/** Flags of a build that change what is listed. */
const buildFlags = new Set(['file', 'build-arg', 'target', 'secret', 'help']);

/** `safebuild secrets [OPTIONS] [PATH]`; returns the exit code. */
export async function secretsCommand(argv: readonly string[], io: Io): Promise<number> {
  const { own, docker: args } = splitFlags(argv, ownTable);
  if (own.help) {
    await io.stdout.write(secretsHelp);
    return 0;
  }
  const test = args.some((arg) => arg.kind === 'flag' && arg.name === 'test' && arg.value !== 'false');
  const host = { ...hostFor(io, { quietStdout: true }), ...trustPrompt(io) };
  const inventory = await listSecrets(
    requestOf(args),
    {
      test,
      envFiles: own.envFiles,
      secretFrom: own.secretFrom,
      trustSources: own.trustSources,
      ...configOf(own, io),
    },
    host,
  );
  await io.stdout.write(own.json ? inventoryJson(inventory) : inventoryText(inventory, Date.now()));
  return inventory.exitCode;
}

function requestOf(args: readonly Argument[]): ReturnType<typeof toBuildRequest> {
  for (const arg of args) {
    if (arg.kind !== 'flag' || ownTable.has(arg.name)) continue;
    if (!buildFlags.has(arg.name)) throw usage(`secrets does not know ${arg.name.length > 1 ? '--' : '-'}${arg.name}.`);
    if (arg.incomplete) throw usage(`--${arg.name} needs a value.`);
  }
  const request = toBuildRequest(args.filter((arg) => arg.kind !== 'flag' || !ownTable.has(arg.name)));
  if (args.filter((arg) => arg.kind === 'positional').length > 1) throw usage('secrets takes one folder.');
  return request.context === undefined ? { ...request, context: '.' } : request;
}

function usage(message: string): SafebuildError {
  return new SafebuildError('USAGE', message, { hint: 'See safebuild secrets --help.' });
}
