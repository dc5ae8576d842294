import type { BuildHost } from '../../build/host.ts';
import { type Argument, buildxHelp, toBuildRequest, writesToStdout } from '../../buildx/index.ts';
import { SafebuildError } from '../../errors.ts';
import { dockerFor } from '../docker.ts';
import { buildHelp } from '../help.ts';
import { hostFor } from '../host.ts';
import type { Io } from '../io.ts';
import { type OwnFlags, splitFlags } from '../own-flags.ts';
import { render } from '../render.ts';
import { trustPrompt } from '../trust-prompt.ts';

/** `safebuild [build] …`: docker's own flags and ours; returns the exit code. */
export async function buildCommand(argv: readonly string[], io: Io): Promise<number> {
  const { own, docker: args } = await flagsOf(argv, io);
  if (own.help) {
    await io.stdout.write(buildHelp);
    return 0;
  }
  const request = toBuildRequest(args);
  if (io.stdout.isTTY && writesToStdout(request)) {
    throw new SafebuildError('USAGE', 'An output to standard output would fill the terminal with bytes.', {
      hint: 'Name a file with dest=, or redirect standard output.',
    });
  }
  if (own.json && writesToStdout(request)) {
    throw new SafebuildError('USAGE', '--json and an output to standard output cannot both have it.', {
      hint: 'Write the output to a file.',
    });
  }
  const host: BuildHost = { ...hostFor(io, { quietStdout: own.json }), ...trustPrompt(io) };
  // Most of the program: a command line that cannot be right is refused without it.
  const { build } = await import('../../build.ts');
  const report = await build(
    request,
    {
      envFiles: own.envFiles,
      secretFrom: own.secretFrom,
      trustSources: own.trustSources,
      ...configOf(own, io),
      ...(own.multiStage === undefined ? {} : { multiStage: own.multiStage }),
    },
    host,
  );
  await render(report, { json: own.json, quiet: request.quiet, verbose: request.progress === 'plain' }, io);
  return report.exitCode;
}

/** A flag that safebuild does not know may be newer than it: docker's own help says whether it takes a value. */
async function flagsOf(argv: readonly string[], io: Io): Promise<{ own: OwnFlags; docker: Argument[] }> {
  const first = splitFlags(argv);
  if (unknownIn(first.docker) === undefined) return first;
  const { flags } = await buildxHelp(dockerFor(io));
  const second = splitFlags(argv, flags);
  const unknown = unknownIn(second.docker);
  // The words behind it may be its value: as long as nobody can tell what is built, nothing is.
  if (unknown !== undefined && second.docker.filter((arg) => arg.kind === 'positional').length > 1) {
    throw new SafebuildError(
      'USAGE',
      `Neither safebuild nor docker's help knows ${unknown}, so what is built is unclear.`,
      {
        hint: 'If it takes a value, write both as one word with "=".',
      },
    );
  }
  return second;
}

/** The first flag that no table knows and that may have a value in the next word. */
function unknownIn(args: readonly Argument[]): string | undefined {
  for (const arg of args) {
    if (arg.kind === 'flag' && !arg.known && arg.value === undefined) {
      return arg.raw[0]?.startsWith('--') ? `--${arg.name}` : `-${arg.name}`;
    }
  }
  return undefined;
}

/** `--config`, or SAFEBUILD_CONFIG. */
export function configOf(own: OwnFlags, io: Io): { configPath?: string } {
  const configPath = own.configPath ?? (io.env.SAFEBUILD_CONFIG || undefined);
  return configPath === undefined ? {} : { configPath };
}
