import { readArguments } from './own-flags.ts';

const commands = ['build', 'check', 'migrate', 'secrets', 'verify'] as const;

export interface Subcommand {
  command: (typeof commands)[number];
  /** The arguments without the command's word, in their order. */
  rest: string[];
}

/**
 * The command behind flags, as in `safebuild --json verify IMAGE`.
 *
 * Only where the line could be nothing else: a build has one positional, so that `safebuild --tag app build` builds the folder
 * `build`, as `docker build` does, while of two the first cannot be a context. Undefined for everything else.
 */
export function subcommandBehindFlags(argv: readonly string[]): Subcommand | undefined {
  const args = readArguments(argv);
  const at = args.findIndex((arg) => arg.kind !== 'flag');
  const word = args[at];
  const positionals = args.filter((arg) => arg.kind === 'positional');
  if (word?.kind !== 'positional' || positionals.length < 2) return undefined;
  // What stands behind a flag that nobody knows may be its value.
  if (args.slice(0, at).some((arg) => arg.kind === 'flag' && !arg.known)) return undefined;
  const command = word.value === 'b' ? 'build' : word.value;
  const known = commands.find((one) => one === command);
  if (known === undefined) return undefined;
  return { command: known, rest: args.flatMap((arg, index) => (index === at ? [] : [...arg.raw])) };
}
